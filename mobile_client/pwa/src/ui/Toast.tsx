import { useEffect, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./Button.tsx";

interface ToastMessage {
  text: string;
  undo: (() => void) | undefined;
}

const SHOWN_FOR_MS = 6000;

let shown: ToastMessage | null = null;
const listeners = new Set<() => void>();

function show(message: ToastMessage | null): void {
  shown = message;
  for (const listener of listeners) listener();
}

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says briefly what happened and, if it can be, offers to take it back. A new message takes the place of the last. */
export function showToast(text: string, undo?: () => void): void {
  show({ text, undo });
}

/** Where toasts appear; once, at the root of the app. A message stays while a pointer or the focus is on it. */
export function Toasts() {
  const { t } = useTranslation("ui");
  const message = useSyncExternalStore(follow, () => shown);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!message || held) return;
    const timer = setTimeout(() => show(null), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [message, held]);

  function close() {
    setHeld(false);
    show(null);
  }

  // The attribute and the place in the body keep a toast in reach while a sheet makes everything else inert.
  return createPortal(
    <section className="toasts" aria-label={t("messages")} data-react-aria-top-layer="true">
      {message && (
        <div
          role="status"
          className="toast"
          key={message.text}
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <p className="toast-content">{message.text}</p>
          {message.undo && (
            <Button
              variant="quiet"
              icon="undo"
              onPress={() => {
                message.undo?.();
                close();
              }}
            >
              {t("undo")}
            </Button>
          )}
          <IconButton icon="close" label={t("closeMessage")} onPress={close} />
        </div>
      )}
    </section>,
    document.body,
  );
}
