import { useEffect, useState } from "react";
import { readContent, type WhyMissing, whyMissing } from "../../attachments/download.ts";
import { getDatabase } from "../../session/session.ts";
import type { Photo } from "./photos.ts";

export type Picture = { url: string } | { missing: WhyMissing | "loading" };

/**
 * The picture as this device has it, or fetched and kept for the next time. `small` asks for the thumbnail, if there is
 * one; null for nothing yet.
 */
export function usePicture(photo: Photo | null, { small = false } = {}): Picture {
  const [picture, setPicture] = useState<Picture>({ missing: "loading" });
  const { id = null, status = null } = photo?.attachment ?? {};
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new status is a reason to try again
  useEffect(() => {
    if (!id) return;
    let url: string | null = null;
    let over = false;
    async function load() {
      const next = await readContent(getDatabase(), id as string, { small }).then(
        (content) => ({ content }),
        (error) => ({ missing: whyMissing(error) }),
      );
      if (over || url) return;
      if ("content" in next) url = URL.createObjectURL(next.content);
      setPicture(url ? { url } : (next as Picture));
    }
    void load();
    window.addEventListener("online", load);
    return () => {
      over = true;
      window.removeEventListener("online", load);
      if (url) URL.revokeObjectURL(url);
    };
  }, [id, status, small]);
  return picture;
}
