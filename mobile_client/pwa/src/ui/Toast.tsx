import { useEffect, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { Button } from "./Button.tsx";

interface ToastMessage {
  text: string;
  undo: (() => void) | undefined;
  /** Called when it goes without having been undone. */
  done?: (() => void) | undefined;
}

const SHOWN_FOR_MS = 3500;
const UNDO_FOR_MS = 7000;

let shown: ToastMessage | null = null;
const listeners = new Set<() => void>();

function show(message: ToastMessage | null): void {
  shown?.done?.();
  shown = message;
  for (const listener of listeners) listener();
}

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Says briefly what happened and, if it can be, offers to take it back. A new message takes the place of the last.
 * `done` is called once it can not be taken back any more.
 */
export function showToast(text: string, undo?: () => void, done?: () => void): void {
  show({ text, undo, done });
}

/** Where toasts appear; once, at the root of the app. One with an undo stays while the keyboard's focus is on it. */
export function Toasts() {
  const { t } = useTranslation("ui");
  const message = useSyncExternalStore(follow, () => shown);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!message || held) return;
    const timer = setTimeout(() => show(null), message.undo ? UNDO_FOR_MS : SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [message, held]);
  useEffect(() => {
    // The app may never come to the front again.
    const leave = () => document.visibilityState === "hidden" && show(null);
    document.addEventListener("visibilitychange", leave);
    return () => document.removeEventListener("visibilitychange", leave);
  }, []);

  function undo() {
    message?.undo?.();
    setHeld(false);
    shown = null;
    show(null);
  }

  // The attribute and the place in the body keep a toast in reach while a sheet makes everything else inert.
  return createPortal(
    <section className="toasts" aria-label={t("messages")} aria-live="polite" data-react-aria-top-layer="true">
      {message && (
        <div className="toast" key={message.text}>
          <p className="toast-content">{message.text}</p>
          {message.undo && (
            <Button variant="quiet" icon="undo" onPress={undo} onFocusChange={setHeld}>
              {t("undo")}
            </Button>
          )}
        </div>
      )}
    </section>,
    document.body,
  );
}
