/** Makes of a camera's picture what is sent: upright, smaller, without the camera's notes, such as the position. */

/** Longest side in pixels: enough to read a serial plate. */
const LONGEST = 2048;
const QUALITY = 0.82;
const THUMBNAIL_LONGEST = 320;
const THUMBNAIL_QUALITY = 0.7;
export const MEDIA_TYPE = "image/jpeg";

export interface Shrunk {
  content: Blob;
  thumbnail: Blob;
  /** Hex digest of the content. */
  sha256: string;
  width: number;
  height: number;
}

/** The file is no picture, or of a kind that this browser cannot read. */
export class NotAPicture extends Error {
  constructor(cause?: unknown) {
    super("this browser cannot read the picture", { cause });
    this.name = "NotAPicture";
  }
}

/** @throws NotAPicture */
export async function shrink(file: Blob): Promise<Shrunk> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch((error) => {
    throw new NotAPicture(error);
  });
  try {
    const { width, height } = within(picture, LONGEST);
    const content = await draw(picture, width, height, QUALITY);
    const small = within(picture, THUMBNAIL_LONGEST);
    const thumbnail = await draw(picture, small.width, small.height, THUMBNAIL_QUALITY);
    return { content, thumbnail, sha256: await hexDigest(content), width, height };
  } finally {
    picture.close();
  }
}

/** The size with the same proportions whose longest side is at most `longest`; never larger. */
export function within(size: { width: number; height: number }, longest: number): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(size.width, size.height));
  return { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
}

/** SHA-256, in hex. */
export async function hexDigest(content: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await content.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function draw(picture: ImageBitmap, width: number, height: number, quality: number): Promise<Blob> {
  const canvas = emptyCanvas(width, height);
  const context = canvas.getContext("2d") as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  if (!context) throw new NotAPicture();
  // What is transparent would become black.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  if ("convertToBlob" in canvas) return canvas.convertToBlob({ type: MEDIA_TYPE, quality });
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new NotAPicture())), MEDIA_TYPE, quality),
  );
}

function emptyCanvas(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}
