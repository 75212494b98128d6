import { Refused } from "../api/http.ts";
import type { Database, Mutation, PushResult } from "../db/database.ts";
import { setMeta } from "../db/meta.ts";
import { ask } from "./ask.ts";
import { BATCH_MUTATIONS, handInAgain, nextBatch, oldestSeq, renumber, takeAnswer } from "./outbox.ts";

/** The server asked to send the rest later. */
export class ServerBusy extends Error {}

interface PushAnswer {
  results: PushResult[];
  next_seq: number;
  server_time: string;
  wipe: boolean;
}

/**
 * Send everything unsent, batch by batch, and take over the answers. A revoked device sends with its hand-in `token`,
 * and asks also when there is nothing to send. Returns whether the server wants the local data gone.
 *
 * @throws ServerBusy, Unreachable, Refused, SignInNeeded: what was answered is kept, the rest stays in order.
 */
export async function push(db: Database, { token }: { token?: string } = {}): Promise<{ wipe: boolean }> {
  let most = BATCH_MUTATIONS;
  let answered: PushAnswer | null = null;
  for (;;) {
    const batch = await nextBatch(db, most);
    if (batch.length === 0 && (answered || !token)) return { wipe: answered?.wipe ?? false };
    // 1. A repeated push carries the same ids and bodies: what the server knows it answers as a duplicate (I2).
    let answer: PushAnswer;
    try {
      const oldest_seq = await oldestSeq(db);
      const body = { mutations: batch.map(onTheWire), sent_at: new Date().toISOString(), oldest_seq };
      answer = await ask<PushAnswer>(db, "/sync/push", body, token);
    } catch (error) {
      most = await afterRefusal(db, batch, error);
      continue;
    }
    answered = answer;
    // 2. All answers of a push are kept at once; a crash before that makes it a repeated push.
    await db.transaction("rw", db.documents, db.mutations, db.meta, async () => {
      for (const result of answer.results) await takeAnswer(db, result);
      await renumber(db, answer.next_seq);
      await setMeta(db, "trouble", null);
    });
    // 3. After a `retry` nothing was tried: stop here, keep the order.
    const [first] = await nextBatch(db, 1);
    if (answer.results.some(({ status }) => status === "retry") || (first && first.id === batch[0]?.id)) {
      throw new ServerBusy("the server asked to send the rest later");
    }
    most = BATCH_MUTATIONS;
  }
}

/** Make a push that was refused as a whole sendable again; returns how many mutations the next may carry. */
async function afterRefusal(db: Database, batch: readonly Mutation[], error: unknown): Promise<number> {
  if (!(error instanceof Refused)) throw error;
  const [first] = batch;
  const alone = batch.length === 1;
  if (error.code === "sync.sequence_gap") {
    // The server expects an earlier `seq`: it was restored. What it may have forgotten goes first.
    const expected = Number(error.body.next_seq);
    const changed = await db.transaction("rw", db.documents, db.mutations, db.meta, async () => {
      const again = await handInAgain(db, ({ seq }) => seq >= expected);
      return (await renumber(db, expected)) || again;
    });
    if (!changed && alone) throw new ServerBusy("the server sees a gap where there is none");
    return changed ? BATCH_MUTATIONS : 1;
  }
  if (![400, 413, 422].includes(error.status) || !first) throw error;
  if (!alone) return 1;
  // This one is what the server cannot read: it is kept for the person to see and blocks nobody (I7).
  await db.transaction("rw", db.documents, db.mutations, db.meta, async () => {
    const { id, seq } = first;
    const { code, message, fields } = error;
    await takeAnswer(db, { id, seq, status: "rejected", code, message, fields, current: null, refs: null, rev: null });
    await renumber(db, seq);
  });
  return BATCH_MUTATIONS;
}

/** A mutation as the server reads it. */
export function onTheWire({ id, seq, name, args, base_rev, occurred_at, app_version, replaces }: Mutation) {
  return { id, seq, name, args, base_rev, occurred_at, app_version, ...(replaces && { replaces }) };
}
