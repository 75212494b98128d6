import { type PointerEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Sheet } from "../../ui/index.ts";
import { type Drawn, draw, isSigned, paint, type Stroke } from "./signature.ts";

interface SignatureSheetProps {
  title: string;
  onSigned: (drawn: Drawn) => Promise<void>;
  onClose: () => void;
}

/** A pad to sign on with the finger, a pen or the mouse. */
export function SignatureSheet({ title, onSigned, onClose }: SignatureSheetProps) {
  const { t } = useTranslation("surveys");
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [busy, setBusy] = useState(false);
  const pad = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const canvas = pad.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const { width, height } = canvas.getBoundingClientRect();
    const scale = window.devicePixelRatio;
    Object.assign(canvas, { width: width * scale, height: height * scale });
    context.strokeStyle = getComputedStyle(canvas).color;
    paint(context, strokes, scale);
  }, [strokes]);

  function point(event: PointerEvent<HTMLCanvasElement>) {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  function begin(event: PointerEvent<HTMLCanvasElement>) {
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = point(event);
    setStrokes((before) => [...before, [at]]);
  }

  function go(event: PointerEvent<HTMLCanvasElement>) {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const at = point(event);
    setStrokes((before) => [...before.slice(0, -1), [...(before.at(-1) ?? []), at]]);
  }

  async function done() {
    const size = pad.current?.getBoundingClientRect();
    if (!size) return;
    setBusy(true);
    await onSigned(await draw(strokes, size)).finally(() => setBusy(false));
  }

  return (
    <Sheet
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <div className="button-row">
          <Button icon="discard" isDisabled={strokes.length === 0} onPress={() => setStrokes([])}>
            {t("clear")}
          </Button>
          <Button variant="primary" icon="check" busy={busy} isDisabled={!isSigned(strokes)} onPress={done}>
            {t("signed")}
          </Button>
        </div>
      }
    >
      <p className="muted">{t("signHere")}</p>
      <canvas
        ref={pad}
        className="signature-pad"
        role="img"
        aria-label={t("pad")}
        onPointerDown={begin}
        onPointerMove={go}
      />
    </Sheet>
  );
}
