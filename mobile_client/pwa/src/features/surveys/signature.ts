import { hexDigest, type Shrunk } from "../../attachments/shrink.ts";

/** A stroke as the finger went: points in the coordinates of the pad, in CSS pixels. */
export type Stroke = readonly { x: number; y: number }[];

/** A signature as a picture, such as can be attached. */
export type Drawn = Shrunk;

/** Pixels of the picture for one of the pad: sharp enough to be printed. */
const SCALE = 2;
const WIDTH = 2.5;

/** Something was written, not only touched. */
export function isSigned(strokes: readonly Stroke[]): boolean {
  return strokes.reduce((points, stroke) => points + stroke.length, 0) > 5;
}

export function paint(context: CanvasRenderingContext2D, strokes: readonly Stroke[], scale: number): void {
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.lineWidth = WIDTH;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    for (const { x, y } of stroke) context.lineTo(x, y);
    context.stroke();
  }
}

/** The strokes in black on white, as PNG. */
export async function draw(strokes: readonly Stroke[], size: { width: number; height: number }): Promise<Drawn> {
  const [width, height] = [Math.round(size.width * SCALE), Math.round(size.height * SCALE)];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.strokeStyle = "black";
  paint(context, strokes, SCALE);
  const content = await new Promise<Blob>((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be made"))), "image/png"),
  );
  return { content, thumbnail: content, sha256: await hexDigest(content), width, height };
}
