import type { Conflict } from "../../db/types.ts";
import { readAttention } from "../../sync/attention.ts";
import { subjectOf } from "../shared/subject.ts";
import { useLocal } from "../shared/useLocal.ts";

export interface OpenConflict {
  conflict: Conflict;
  /** What it is about. */
  subject: string | null;
}

/** The conflicts that wait for this person, the newest in front; `undefined` while they are read. */
export function useConflicts(): OpenConflict[] | undefined {
  return useLocal("conflicts", async (db) => {
    const { conflicts } = await readAttention(db);
    return Promise.all(
      conflicts.map(async (conflict) => {
        const { entity, record_id, title } = conflict;
        return { conflict, subject: (await subjectOf(db, entity, record_id)) ?? title };
      }),
    );
  });
}
