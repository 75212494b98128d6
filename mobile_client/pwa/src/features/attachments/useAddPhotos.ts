import { useState } from "react";
import { shrinkInBackground } from "../../attachments/inBackground.ts";
import { type Belonging, keepPhoto } from "../../attachments/keep.ts";
import { NotAPicture } from "../../attachments/shrink.ts";
import { useSession } from "../../db/hooks.ts";
import type { Id } from "../../db/types.ts";
import { getDatabase } from "../../session/session.ts";
import { pokeSync } from "../../sync/poke.ts";
import { StorageFull } from "../../sync/storage.ts";

/** A photo that could not be kept. It is in hand until the person leaves the screen, and can be saved elsewhere. */
export interface NotKept {
  file: File;
  why: "unreadable" | "full" | "other";
}

export interface AddingPhotos {
  add: (files: Iterable<File>) => void;
  /** How many are being made smaller. */
  preparing: number;
  notKept: readonly NotKept[];
  forget: (file: File) => void;
}

/** Keeps what the camera or the gallery gives, one after the other: a phone's memory holds few of them at once. */
export function useAddPhotos({ entity, record_id }: Belonging, onKept?: (id: Id) => Promise<void>): AddingPhotos {
  const actorId = useSession()?.user.id;
  const [preparing, setPreparing] = useState(0);
  const [notKept, setNotKept] = useState<readonly NotKept[]>([]);
  const forget = (file: File) => setNotKept((before) => before.filter((each) => each.file !== file));

  async function add(files: Iterable<File>) {
    const chosen = [...files];
    setPreparing((before) => before + chosen.length);
    for (const file of chosen) {
      forget(file);
      try {
        if (!actorId) throw new Error("who is signed in is not known yet");
        const shrunk = await shrinkInBackground(file);
        const id = await keepPhoto(getDatabase(), shrunk, { entity, record_id, name: named(file.name), actorId });
        await onKept?.(id);
        pokeSync();
      } catch (error) {
        setNotKept((before) => [...before, { file, why: whyNotKept(error) }]);
      }
      setPreparing((before) => before - 1);
    }
  }

  return { add: (files) => void add(files), preparing, notKept, forget };
}

/** `IMG_0001.png` becomes a JPEG. */
function named(file: string): string {
  return `${file.replace(/\.\w+$/, "").slice(0, 100)}.jpg`;
}

function whyNotKept(error: unknown): NotKept["why"] {
  if (error instanceof NotAPicture) return "unreadable";
  return error instanceof StorageFull ? "full" : "other";
}
