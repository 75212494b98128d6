import { useTranslation } from "react-i18next";
import { usePending } from "../../db/hooks.ts";
import type { Entity, Id } from "../../db/types.ts";
import { Banner, LinkButton } from "../../ui/index.ts";
import { useReason } from "./useReason.ts";

/** Says on a record's own screen that the server refused a change of it, and leads to where it can be dealt with. */
export function RefusedBanner({ entity, id }: { entity: Entity; id: Id }) {
  const { t } = useTranslation("ui");
  const reasonOf = useReason();
  const refused = usePending(entity, id).find(({ state }) => state === "rejected" || state === "failed");
  if (!refused) return null;
  const mend = refused.name === "order.place" && refused.state === "rejected";
  return (
    <Banner
      tone="bad"
      title={t(refused.state === "failed" ? "withSupport" : "refused")}
      action={
        <LinkButton to={mend ? `/orders/new?mend=${refused.id}` : "/sync"}>{t(mend ? "mend" : "openSync")}</LinkButton>
      }
    >
      {reasonOf(refused)}
    </Banner>
  );
}
