import { useCallback, useState } from "react";
import type { Database } from "../../db/database.ts";
import { getDatabase } from "../../session/session.ts";
import { useLocal } from "./useLocal.ts";

const PREFIX = "draft:";

export async function readDraft<Draft>(db: Database, key: string): Promise<Draft | null> {
  const row = await db.meta.get(PREFIX + key);
  return (row?.value as Draft | undefined) ?? null;
}

export async function writeDraft<Draft>(db: Database, key: string, draft: Draft | null): Promise<void> {
  if (draft === null) await db.meta.delete(PREFIX + key);
  else await db.meta.put({ key: PREFIX + key, value: draft });
}

/**
 * What the person has begun to write, kept in the local database so that it survives closing the app. `undefined` until it has
 * been read, then the draft or `initial`. Set it to null when it is done with.
 */
export function useDraft<Draft>(key: string, initial: Draft): [Draft | undefined, (draft: Draft | null) => void] {
  const stored = useLocal(PREFIX + key, async (db) => ({ draft: await readDraft<Draft>(db, key) }));
  const [draft, setDraft] = useState<Draft>();
  const current = draft ?? (stored && (stored.draft ?? initial));
  const set = useCallback(
    (next: Draft | null) => {
      setDraft(next ?? undefined);
      void writeDraft(getDatabase(), key, next);
    },
    [key],
  );
  return [current, set];
}
