import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { sendPhotoAgain } from "../../attachments/keep.ts";
import { useMay, useSession } from "../../db/hooks.ts";
import type { Id } from "../../db/types.ts";
import { getDatabase } from "../../session/session.ts";
import { pokeSync } from "../../sync/poke.ts";
import { Button, Icon, IconButton, useFormat } from "../../ui/index.ts";
import type { Photo } from "./photos.ts";
import { removeWithUndo } from "./removals.ts";
import { usePicture } from "./usePicture.ts";
import { useProblemText } from "./useProblemText.ts";

interface PhotoViewerProps {
  photos: readonly Photo[];
  start: Id;
  onClose: () => void;
}

/** The photos of a record one by one on the whole screen: swiped, or turned with the arrow keys. */
export function PhotoViewer({ photos, start, onClose }: PhotoViewerProps) {
  const { t } = useTranslation("attachments");
  const format = useFormat();
  const strip = useRef<HTMLElement>(null);
  const [scrolledTo, setScrolledTo] = useState(() =>
    Math.max(
      0,
      photos.findIndex(({ attachment }) => attachment.id === start),
    ),
  );
  const at = Math.min(scrolledTo, photos.length - 1);
  const current = photos[at];

  // The strip is there only once the dialog is.
  const show = (index: number, behavior: ScrollBehavior = "smooth") =>
    strip.current?.scrollTo({ left: index * strip.current.clientWidth, behavior });

  const turn = useEffectEvent((event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    // The strip would scroll by itself, too.
    event.preventDefault();
    show(at + step);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => turn(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  useEffect(() => {
    if (!current) onClose();
  }, [current, onClose]);
  if (!current) return null;

  return (
    <ModalOverlay className="photo-viewer" isOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="photo-viewer-modal">
        <Dialog className="photo-viewer-dialog" aria-label={t("photos")}>
          <div className="photo-viewer-frame">
            <header className="photo-viewer-bar">
              <IconButton icon="close" label={t("close")} onPress={onClose} autoFocus />
              <p className="tabular" aria-live="polite">
                {t("position", { number: at + 1, count: photos.length })}
              </p>
              <Remove photo={current} />
            </header>
            <section
              className="photo-strip"
              aria-label={t("photos")}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
              tabIndex={0}
              ref={(element) => {
                if (element && !strip.current) {
                  strip.current = element;
                  show(at, "instant");
                }
              }}
              onScroll={({ currentTarget: { scrollLeft, clientWidth } }) =>
                setScrolledTo(Math.round(scrollLeft / clientWidth))
              }
            >
              {photos.map((photo, index) => (
                <Slide key={photo.attachment.id} photo={photo} near={Math.abs(index - at) <= 1} />
              ))}
            </section>
            <div className="photo-turn">
              <IconButton
                icon="chevron-left"
                label={t("previous")}
                isDisabled={at === 0}
                onPress={() => show(at - 1)}
              />
              <IconButton
                icon="chevron-right"
                label={t("next")}
                isDisabled={at >= photos.length - 1}
                onPress={() => show(at + 1)}
              />
            </div>
            <footer className="photo-viewer-about">
              <p>{format.dateTime(current.attachment.occurred_at)}</p>
              <About photo={current} />
            </footer>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Slide({ photo, near }: { photo: Photo; near: boolean }) {
  const { t } = useTranslation("attachments");
  const format = useFormat();
  const picture = usePicture(near ? photo : null);
  const name = t("photoOf", { date: format.dateTime(photo.attachment.occurred_at) });
  if ("url" in picture) {
    return (
      <div className="photo-slide">
        <img src={picture.url} alt={name} />
      </div>
    );
  }
  const { missing } = picture;
  return (
    <div className="photo-slide">
      {missing === "loading" ? (
        <span className="spinner" role="status" aria-label={t("loading")} />
      ) : (
        <div className="photo-absent">
          <Icon name="photo-missing" size={40} />
          <p>
            <strong>{t(`missing.${missing}`)}</strong>
          </p>
          <p>{t(`missing.${missing}Why`)}</p>
        </div>
      )}
    </div>
  );
}

/** How the photo stands to the server, and what can be done if it was refused. */
function About({ photo }: { photo: Photo }) {
  const { t } = useTranslation("attachments");
  const textOf = useProblemText();
  if (photo.state === "sent") return null;
  if (photo.state !== "refused") return <p>{t(`state.${photo.state}`)}</p>;

  async function retry() {
    await sendPhotoAgain(getDatabase(), photo.attachment);
    pokeSync();
  }

  return (
    <>
      <p role="alert">{textOf(photo.problem)}</p>
      {photo.mayRetry && (
        <Button icon="sync" onPress={retry}>
          {t("tryAgain")}
        </Button>
      )}
    </>
  );
}

function Remove({ photo: { attachment } }: { photo: Photo }) {
  const { t } = useTranslation("attachments");
  const me = useSession()?.user.id;
  const manages = useMay("attachments.manage");
  if (!me || (attachment.created_by_id !== me && !manages)) return <span className="photo-no-action" />;
  return <IconButton icon="discard" label={t("remove")} onPress={() => removeWithUndo(attachment, me, t("removed"))} />;
}
