import type { Database } from "../db/database.ts";
import { setMeta } from "../db/meta.ts";

/** This device has no room left. What was to be kept now is not; all that was kept before is. */
export class StorageFull extends Error {
  constructor(cause: unknown) {
    super("this device has no room left", { cause });
    this.name = "StorageFull";
  }
}

let full = false;
const listeners = new Set<() => void>();

/** Whether the last write in this tab found no room. */
export function storageIsFull(): boolean {
  return full;
}

export function onStorageChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function note(isFull: boolean): void {
  if (isFull === full) return;
  full = isFull;
  for (const listener of listeners) listener();
}

/**
 * Write something down; if there is no room for it, let go of what can be fetched again and, unless `once`, try again.
 *
 * @throws StorageFull nothing of it was written.
 */
export async function withRoom<T>(db: Database, write: () => Promise<T>, { once = false } = {}): Promise<T> {
  try {
    const result = await write();
    note(false);
    return result;
  } catch (error) {
    if (!isQuotaError(error)) throw error;
    // Deleting may find no room either.
    await freeRoom(db).catch(() => undefined);
    if (!once) return withRoom(db, write, { once: true });
    note(true);
    throw new StorageFull(error);
  }
}

/** Let go of what the server has too: pages that were not applied yet, and photos that were uploaded. */
async function freeRoom(db: Database): Promise<void> {
  await db.transaction("rw", db.staged, db.contents, db.meta, async () => {
    await db.staged.clear();
    await setMeta(db, "stagedCursor", undefined);
    await db.contents.where("state").equals("here").delete();
  });
}

function isQuotaError(error: unknown): boolean {
  const { name, inner } = error as { name?: string; inner?: { name?: string } };
  return name === "QuotaExceededError" || inner?.name === "QuotaExceededError";
}

let asked = false;

/** Ask the browser not to clear this device's data away: once there is something on it that the server does not have. */
export async function askToKeepStorage(): Promise<void> {
  if (asked) return;
  asked = true;
  if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.();
}
