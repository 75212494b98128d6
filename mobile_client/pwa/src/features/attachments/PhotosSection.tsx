import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { AttachedTo, Id } from "../../db/types.ts";
import { Banner, Button, Section } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { PhotoTile } from "./PhotoTile.tsx";
import { PhotoViewer } from "./PhotoViewer.tsx";
import { readPhotos } from "./photos.ts";
import { useBeingRemoved } from "./removals.ts";
import { type NotKept, useAddPhotos } from "./useAddPhotos.ts";
import "./attachments.css";

const PICTURES = ["image/*"];

/** The photos of a record, and the way to take more. */
export function PhotosSection({ entity, id }: { entity: AttachedTo; id: Id }) {
  const { t } = useTranslation("attachments");
  const all = useLocal(`photos/${entity}/${id}`, (db) => readPhotos(db, entity, id));
  const beingRemoved = useBeingRemoved();
  const photos = all?.filter(({ attachment }) => !beingRemoved.has(attachment.id)) ?? [];
  const { add, preparing, notKept, forget } = useAddPhotos({ entity, record_id: id });
  const [open, setOpen] = useState<Id | null>(null);
  const onSelect = (files: FileList | null) => add(files ?? []);

  return (
    <Section title={t("photos")}>
      {(photos.length > 0 || preparing > 0) && (
        <ul className="photo-grid" aria-label={t("photos")}>
          {photos.map((photo) => (
            <li key={photo.attachment.id}>
              <PhotoTile photo={photo} onOpen={() => setOpen(photo.attachment.id)} />
            </li>
          ))}
          {preparing > 0 && (
            <li className="photo-tile photo-preparing" role="status" aria-label={t("preparing", { count: preparing })}>
              <span className="spinner" aria-hidden="true" />
            </li>
          )}
        </ul>
      )}
      {notKept.map((each) => (
        <NotKeptBanner key={each.file.name + each.file.lastModified} notKept={each} onRetry={add} onForget={forget} />
      ))}
      <div className="button-row">
        <span className="photo-camera">
          <FileTrigger acceptedFileTypes={PICTURES} defaultCamera="environment" onSelect={onSelect}>
            <Button icon="camera">{t("take")}</Button>
          </FileTrigger>
        </span>
        <FileTrigger acceptedFileTypes={PICTURES} allowsMultiple onSelect={onSelect}>
          <Button icon="photo">{t("choose")}</Button>
        </FileTrigger>
      </div>
      {open && <PhotoViewer photos={photos} start={open} onClose={() => setOpen(null)} />}
    </Section>
  );
}

interface NotKeptProps {
  notKept: NotKept;
  onRetry: (files: File[]) => void;
  onForget: (file: File) => void;
}

function NotKeptBanner({ notKept: { file, why }, onRetry, onForget }: NotKeptProps) {
  const { t } = useTranslation("attachments");
  return (
    <Banner tone="bad" title={t(`notKept.${why}`)}>
      <p>{t(`notKept.${why}Why`, { name: file.name })}</p>
      <div className="button-row photo-not-kept">
        {why !== "unreadable" && <Button onPress={() => onRetry([file])}>{t("tryAgain")}</Button>}
        <Button onPress={() => saveFile(file)}>{t("save")}</Button>
        <Button variant="quiet" onPress={() => onForget(file)}>
          {t("discard")}
        </Button>
      </div>
    </Banner>
  );
}

/** Hand the file to the phone's own folder of downloads. */
function saveFile(file: File): void {
  const url = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: url, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
