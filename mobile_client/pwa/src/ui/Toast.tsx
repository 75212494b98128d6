import {
  UNSTABLE_Toast as AriaToast,
  Text,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./Button.tsx";

interface ToastMessage {
  text: string;
  undo?: () => void;
}

const SHOWN_FOR_MS = 6000;

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 1 });

/** Says briefly what happened and, if it can be, offers to take it back. */
export function showToast(text: string, undo?: () => void): void {
  queue.add(undo ? { text, undo } : { text }, { timeout: SHOWN_FOR_MS });
}

/** Where toasts appear; once, at the root of the app. */
export function Toasts() {
  const { t } = useTranslation("ui");
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={t("messages")}>
      {({ toast }) => (
        <AriaToast toast={toast} className="toast">
          <ToastContent className="toast-content">
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.undo && (
            <Button
              variant="quiet"
              icon="undo"
              onPress={() => {
                toast.content.undo?.();
                queue.close(toast.key);
              }}
            >
              {t("undo")}
            </Button>
          )}
          <IconButton icon="close" label={t("close")} slot="close" />
        </AriaToast>
      )}
    </ToastRegion>
  );
}
