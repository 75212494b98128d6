import { useTranslation } from "react-i18next";
import type { AttachedTo, Id } from "../../db/types.ts";
import { Badge } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { readPhotos } from "./photos.ts";

/** Says on a record that photos of it are pending, or were refused. */
export function PhotosMark({ entity, id }: { entity: AttachedTo; id: Id }) {
  const { t } = useTranslation("attachments");
  const photos = useLocal(`photos/${entity}/${id}`, (db) => readPhotos(db, entity, id)) ?? [];
  const refused = photos.filter(({ state }) => state === "refused").length;
  const pending = photos.filter(({ state }) => state === "unsent" || state === "elsewhere").length;
  return (
    <>
      {refused > 0 && (
        <Badge tone="bad" icon="warning">
          {t("refused", { count: refused })}
        </Badge>
      )}
      {pending > 0 && (
        <Badge tone="warn" icon="photo">
          {t("pending", { count: pending })}
        </Badge>
      )}
    </>
  );
}
