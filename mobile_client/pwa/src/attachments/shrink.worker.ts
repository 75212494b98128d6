import { shrink } from "./shrink.ts";

self.onmessage = async ({ data }: MessageEvent<Blob>) => {
  try {
    self.postMessage({ shrunk: await shrink(data) });
  } catch (error) {
    self.postMessage({ problem: (error as Error).name });
  }
};
