import { NotAPicture, type Shrunk, shrink } from "./shrink.ts";

type Answer = { shrunk: Shrunk } | { problem: string };

/**
 * `shrink` beside the screen, which goes on moving meanwhile; in a browser that cannot draw there, on it.
 *
 * @throws NotAPicture
 */
export function shrinkInBackground(file: Blob): Promise<Shrunk> {
  if (typeof OffscreenCanvas === "undefined") return shrink(file);
  const worker = new Worker(new URL("./shrink.worker.ts", import.meta.url), { type: "module" });
  return new Promise<Shrunk>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ("shrunk" in data) resolve(data.shrunk);
      else reject(data.problem === "NotAPicture" ? new NotAPicture() : new Error(data.problem));
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
