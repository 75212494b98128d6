import { type PointerEvent, useRef } from "react";

const DISMISS_AFTER_PX = 110;
const FLICK_PX_PER_MS = 0.5;

/** True if a drag of `distance` px that took `duration` ms was meant to close the sheet. */
export function isDismissal(distance: number, duration: number): boolean {
  return distance > DISMISS_AFTER_PX || (distance > 24 && distance / Math.max(duration, 1) > FLICK_PX_PER_MS);
}

/**
 * Pointer handlers for a sheet's grip: the element returned by `target` follows the finger downwards and, let go far or fast
 * enough, `onDismiss` is called; otherwise it springs back.
 */
export function useDragToDismiss(target: () => HTMLElement | null, onDismiss: () => void) {
  const start = useRef<{ y: number; at: number } | null>(null);

  function release(event: PointerEvent, dismissible: boolean) {
    const sheet = target();
    if (!start.current || !sheet) return;
    const distance = event.clientY - start.current.y;
    const duration = event.timeStamp - start.current.at;
    start.current = null;
    delete sheet.dataset.dragging;
    if (dismissible && isDismissal(distance, duration)) onDismiss();
    else sheet.style.removeProperty("--drag");
  }

  return {
    onPointerDown(event: PointerEvent) {
      if ((event.target as Element).closest("button")) return;
      start.current = { y: event.clientY, at: event.timeStamp };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent) {
      const sheet = target();
      if (!start.current || !sheet) return;
      sheet.dataset.dragging = "";
      sheet.style.setProperty("--drag", `${Math.max(0, event.clientY - start.current.y)}px`);
    },
    onPointerUp: (event: PointerEvent) => release(event, true),
    onPointerCancel: (event: PointerEvent) => release(event, false),
  };
}
