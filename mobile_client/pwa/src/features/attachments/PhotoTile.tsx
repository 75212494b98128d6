import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Icon, type IconName, useFormat } from "../../ui/index.ts";
import type { Photo, PhotoState } from "./photos.ts";
import { type Picture, usePicture } from "./usePicture.ts";

const MARKS: Partial<Record<PhotoState, IconName>> = { unsent: "unsent", elsewhere: "clock", refused: "warning" };

/** A small square picture; a tap opens it. */
export function PhotoTile({ photo, onOpen }: { photo: Photo; onOpen: () => void }) {
  const { t } = useTranslation("attachments");
  const format = useFormat();
  const picture = usePicture(photo, { small: true });
  const { state, attachment } = photo;
  const mark = MARKS[state];
  const name = t("photoOf", { date: format.dateTime(attachment.occurred_at) });
  return (
    <AriaButton
      className="photo-tile"
      aria-label={[name, mark && t(`state.${state}`)].filter(Boolean).join(", ")}
      onPress={onOpen}
    >
      {"url" in picture ? <img src={picture.url} alt="" /> : <NoPicture picture={picture} />}
      {mark && (
        <span className="photo-mark" data-state={state}>
          <Icon name={mark} size={14} />
        </span>
      )}
    </AriaButton>
  );
}

function NoPicture({ picture: { missing } }: { picture: Extract<Picture, { missing: unknown }> }) {
  const { t } = useTranslation("attachments");
  if (missing === "loading") return null;
  return (
    <span className="photo-missing">
      <Icon name="photo-missing" size={22} />
      <span>{t(`missing.${missing}`)}</span>
    </span>
  );
}
