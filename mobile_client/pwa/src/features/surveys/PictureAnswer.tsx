import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { keepPhoto, removePhoto } from "../../attachments/keep.ts";
import { useSession } from "../../db/hooks.ts";
import type { Answer, Id } from "../../db/types.ts";
import { getDatabase } from "../../session/session.ts";
import { pokeSync } from "../../sync/poke.ts";
import { Banner, Button } from "../../ui/index.ts";
import { PhotoTile } from "../attachments/PhotoTile.tsx";
import { PhotoViewer } from "../attachments/PhotoViewer.tsx";
import { readPictures } from "../attachments/photos.ts";
import { useAddPhotos } from "../attachments/useAddPhotos.ts";
import { useLocal } from "../shared/useLocal.ts";
import { SignatureSheet } from "./SignatureSheet.tsx";
import type { Drawn } from "./signature.ts";
import "../attachments/attachments.css";

interface PictureAnswerProps {
  kind: "photo" | "signature";
  label: string;
  visitId: Id;
  answer: Answer;
  onChange: (next: (before: Answer | undefined) => Answer) => Promise<void>;
  error: string | undefined;
  readOnly: boolean;
}

const PICTURES = ["image/*"];

/** Photos or a signature. They are attached to the visit at once, so that nothing is lost; the answer names them. */
export function PictureAnswer({ kind, label, visitId, answer, onChange, error, readOnly }: PictureAnswerProps) {
  const { t } = useTranslation("surveys");
  const actorId = useSession()?.user.id;
  const ids = asIds(answer);
  const shown = useLocal(`pictures/${ids.join()}`, (db) => readPictures(db, ids)) ?? [];
  const belonging = { entity: "visit", record_id: visitId } as const;
  const { add, preparing, notKept, forget } = useAddPhotos(belonging, (id) =>
    onChange((before) => [...asIds(before ?? null), id]),
  );
  const [open, setOpen] = useState<Id | null>(null);
  const [signing, setSigning] = useState(false);

  async function sign(drawn: Drawn) {
    if (!actorId) return;
    const db = getDatabase();
    const name = `${t("signature")}.png`;
    const id = await keepPhoto(db, drawn, { ...belonging, name, actorId, kind, media_type: drawn.content.type });
    // The sheet closes when the answer is kept, and the old picture goes last: a crash at any line loses nothing.
    await onChange(() => id);
    for (const { attachment } of shown) await removePhoto(db, attachment, actorId);
    setSigning(false);
    pokeSync();
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out like the other fields
    <div className="field" role="group" aria-label={label}>
      <span className="field-label">{label}</span>
      {shown.length > 0 && (
        <ul className="photo-grid" data-kind={kind} aria-label={t(kind === "photo" ? "photos" : "signature")}>
          {shown.map((photo) => (
            <li key={photo.attachment.id}>
              <PhotoTile photo={photo} onOpen={() => setOpen(photo.attachment.id)} />
            </li>
          ))}
        </ul>
      )}
      {notKept.map(({ file }) => (
        <Banner
          key={file.name + file.lastModified}
          tone="bad"
          title={t("notKept")}
          action={<Button onPress={() => add([file])}>{t("tryAgain")}</Button>}
        >
          <Button variant="quiet" onPress={() => forget(file)}>
            {t("discard")}
          </Button>
        </Banner>
      ))}
      {!readOnly && (
        <div className="button-row">
          {kind === "photo" ? (
            <FileTrigger
              acceptedFileTypes={PICTURES}
              defaultCamera="environment"
              onSelect={(files) => add(files ?? [])}
            >
              <Button icon="camera" busy={preparing > 0}>
                {t("takePhoto")}
              </Button>
            </FileTrigger>
          ) : (
            <Button icon="signature" onPress={() => setSigning(true)}>
              {t(ids.length > 0 ? "signAgain" : "sign")}
            </Button>
          )}
        </div>
      )}
      {error && <span className="field-error">{error}</span>}
      {open && <PhotoViewer photos={shown} start={open} onClose={() => setOpen(null)} />}
      {signing && <SignatureSheet title={label} onSigned={sign} onClose={() => setSigning(false)} />}
    </div>
  );
}

function asIds(answer: Answer): readonly Id[] {
  if (Array.isArray(answer)) return answer;
  return typeof answer === "string" ? [answer] : [];
}
