import type { Database, Mutation } from "../db/database.ts";
import { listDocuments } from "../db/documents.ts";
import type { Conflict } from "../db/types.ts";

/** What the person has to look at. */
export interface Attention {
  /** Refused, failed or partly taken over, oldest first. A merged one whose conflicts are here is told by those. */
  mutations: Mutation[];
  /** Fields that somebody else changed too, where this person's value lost; the newest in front. */
  conflicts: Conflict[];
}

export async function readAttention(db: Database): Promise<Attention> {
  const conflicts = await listDocuments(db, "conflict", { status: "open" });
  const told = new Set(conflicts.map(({ entity, record_id }) => `${entity}:${record_id}`));
  const mutations = await db.mutations.where("state").anyOf("rejected", "failed", "merged").sortBy("position");
  return {
    mutations: mutations.filter(({ state, touches }) => state !== "merged" || !touches.some((key) => told.has(key))),
    conflicts: conflicts.sort((a, b) => b.lost_at.localeCompare(a.lost_at)),
  };
}
