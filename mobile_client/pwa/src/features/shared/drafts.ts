import { useCallback, useRef, useState } from "react";
import type { Database } from "../../db/database.ts";
import { getDatabase } from "../../session/session.ts";
import { useLocal } from "./useLocal.ts";

const PREFIX = "draft:";

async function readDraft<Draft>(db: Database, key: string): Promise<Draft | null> {
  const row = await db.meta.get(PREFIX + key);
  return (row?.value as Draft | undefined) ?? null;
}

async function writeDraft<Draft>(db: Database, key: string, draft: Draft | null): Promise<void> {
  if (draft === null) await db.meta.delete(PREFIX + key);
  else await db.meta.put({ key: PREFIX + key, value: draft });
}

export interface DraftInHand<Draft> {
  /** `undefined` until it has been read, then what was written or else `initial`. */
  draft: Draft | undefined;
  /** It is on the screen at once; when the promise is kept, it survives the battery, too. */
  write: (draft: Draft) => Promise<void>;
  /** It is done with. Given what was done with, a draft that the person has gone on writing meanwhile is kept. */
  clear: (handled?: Draft) => void;
}

/** What the person has begun to write, kept in the local database so that it survives closing the app. */
export function useDraft<Draft>(key: string, initial: Draft): DraftInHand<Draft> {
  const stored = useLocal(PREFIX + key, async (db) => ({ draft: await readDraft<Draft>(db, key) }));
  const [written, setWritten] = useState<Draft>();
  const latest = useRef<Draft>(undefined);

  const write = useCallback(
    (draft: Draft) => {
      latest.current = draft;
      setWritten(draft);
      return writeDraft(getDatabase(), key, draft);
    },
    [key],
  );
  const clear = useCallback(
    (handled?: Draft) => {
      if (handled !== undefined && latest.current !== undefined && latest.current !== handled) return;
      latest.current = undefined;
      setWritten(undefined);
      void writeDraft(getDatabase(), key, null);
    },
    [key],
  );
  return { draft: written ?? (stored && (stored.draft ?? initial)), write, clear };
}
