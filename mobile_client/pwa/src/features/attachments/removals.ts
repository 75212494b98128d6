import { useSyncExternalStore } from "react";
import { removePhoto } from "../../attachments/keep.ts";
import type { Attachment, Id } from "../../db/types.ts";
import { getDatabase } from "../../session/session.ts";
import { pokeSync } from "../../sync/poke.ts";
import { showToast } from "../../ui/index.ts";

let removing: ReadonlySet<Id> = new Set();
const listeners = new Set<() => void>();

function change(next: ReadonlySet<Id>): void {
  removing = next;
  for (const listener of listeners) listener();
}

/** Hide the photo at once, and remove it when it can not be taken back any more. */
export function removeWithUndo(attachment: Attachment, actorId: Id, text: string): void {
  change(new Set([...removing, attachment.id]));
  const show = () => change(new Set([...removing].filter((id) => id !== attachment.id)));
  showToast(text, show, async () => {
    await removePhoto(getDatabase(), attachment, actorId);
    pokeSync();
    show();
  });
}

/** The photos that are hidden because they are about to be removed. */
export function useBeingRemoved(): ReadonlySet<Id> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => removing,
  );
}
