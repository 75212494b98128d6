import { type Database, documentKey, type Effect, type Mutation, type PushResult } from "../db/database.ts";
import { getDocument, listDocuments } from "../db/documents.ts";
import { getMeta, setMeta } from "../db/meta.ts";
import type { Id, OfflineMutation, OfflineMutations } from "../db/types.ts";
import { effectsOf } from "../rules/commands.ts";
import { newId } from "../rules/ids.ts";
import { rebaseDocuments } from "./overlay.ts";
import { withRoom } from "./storage.ts";

export const BATCH_MUTATIONS = 200;
/** The server's limit of 1 MiB, less room for what stands around the mutations. */
export const BATCH_BYTES = 1024 * 1024 - 4096;

export interface Recording {
  actorId: Id;
  now?: Date;
  /** The mutation needing attention that this one is sent instead of. */
  replaces?: Id | undefined;
}

/**
 * Keep what the person did and show its effects, in one transaction.
 *
 * @returns the mutation's id.
 * @throws RuleError a rule that the phone knows refuses it; nothing is kept.
 */
export async function record<Name extends OfflineMutation>(
  db: Database,
  name: Name,
  args: OfflineMutations[Name],
  recording: Recording,
): Promise<Id> {
  return withRoom(db, () =>
    db.transaction("rw", db.documents, db.mutations, db.meta, async () => recordWithin(db, name, args, recording)),
  );
}

/** `record` as a part of something larger. Call inside a transaction on documents, mutations and meta. */
export async function recordWithin<Name extends OfflineMutation>(
  db: Database,
  name: Name,
  args: OfflineMutations[Name],
  { actorId, now = new Date(), replaces }: Recording,
): Promise<Id> {
  const id = newId(now.getTime());
  const occurred_at = now.toISOString();
  const mended = replaces ? await takeOut(db, replaces) : undefined;
  const effects = await effectsOf(name, args, {
    get: (entity, documentId) => getDocument(db, entity, documentId),
    appointmentsOf: (workOrderId) => listDocuments(db, "appointment", { work_order_id: workOrderId }),
    organisation: async () => (await listDocuments(db, "organisation", {}))[0] ?? null,
    actorId,
    now: occurred_at,
  });
  await capture(db, { id, name, args: { ...args }, effects, occurred_at, ...(mended && { replaces: mended.id }) });
  return id;
}

/** Send a refused mutation again as it is: a new mutation at the end of the outbox, which settles the refusal. */
export async function sendAgain(db: Database, id: Id): Promise<void> {
  await db.transaction("rw", db.documents, db.mutations, db.meta, async () => {
    const mutation = await takeOut(db, id);
    if (!mutation) return;
    const { name, args, effects, occurred_at } = mutation;
    await capture(db, { id: newId(), name, args, effects, occurred_at, replaces: id });
  });
}

/** Forget a mutation that needs attention, and what it shows. */
export async function discard(db: Database, id: Id): Promise<void> {
  await db.transaction("rw", db.documents, db.mutations, db.meta, () => takeOut(db, id));
}

/** Put a mutation at the end of the outbox and show its effects. Call inside a transaction on documents, mutations and meta. */
export async function capture(
  db: Database,
  captured: Pick<Mutation, "id" | "name" | "args" | "effects" | "occurred_at" | "replaces">,
): Promise<void> {
  const seq = (await getMeta(db, "nextSeq")) ?? 1;
  await setMeta(db, "nextSeq", seq + 1);
  const touches = [...new Set(captured.effects.map((effect) => documentKey(effect.entity, effect.id)))];
  await db.mutations.add({
    ...captured,
    seq,
    base_rev: (await getMeta(db, "checkpoint")) ?? 0,
    app_version: __APP_VERSION__,
    state: "unsent",
    touches,
    result: null,
  });
  await rebaseDocuments(db, touches);
  if (captured.replaces) await sendDependents(db, captured.effects);
}

/** What was refused only because this record's creation was is sent again behind the mended creation, in its order. */
async function sendDependents(db: Database, effects: readonly Effect[]): Promise<void> {
  const made = effects.filter(({ create }) => create).map(({ id }) => id);
  const refused = await db.mutations.where("state").equals("rejected").sortBy("position");
  for (const { id, args, result } of refused) {
    const named = JSON.stringify(args);
    const depends = result?.code === "sync.depends_on_rejected" && made.some((recordId) => named.includes(recordId));
    if (depends) await sendAgain(db, id);
  }
}

async function takeOut(db: Database, id: Id): Promise<Mutation | undefined> {
  const mutation = await db.mutations.get({ id });
  // What is unsent may have reached the server, and what is awaiting did: neither can be taken back here.
  if (!mutation || mutation.state === "unsent" || mutation.state === "awaiting") return undefined;
  await db.mutations.delete(mutation.position);
  await rebaseDocuments(db, mutation.touches);
  return mutation;
}

/** The next unanswered mutations, as many as one push may carry. */
export async function nextBatch(db: Database, most: number = BATCH_MUTATIONS): Promise<Mutation[]> {
  const unsent = await db.mutations.where("state").equals("unsent").sortBy("position");
  let size = 0;
  const fitting = unsent.findIndex((mutation, index) => {
    size += new Blob([JSON.stringify(mutation.args)]).size + 512;
    return index >= most || (index > 0 && size > BATCH_BYTES);
  });
  return fitting === -1 ? unsent : unsent.slice(0, fitting);
}

/** The smallest `seq` that this device could still send: a restored server need not ask for less. */
export async function oldestSeq(db: Database): Promise<number | undefined> {
  const held = await db.mutations.where("state").anyOf("unsent", "awaiting").toArray();
  return held.length > 0 ? Math.min(...held.map(({ seq }) => seq)) : undefined;
}

/**
 * Take over the server's answer to one mutation, from a push or from a pulled receipt. An answer to a mutation that is
 * not here any more, or that is known to be applied, changes nothing: answers come late and come twice.
 * Call inside a transaction on documents, mutations and meta.
 */
export async function takeAnswer(db: Database, result: PushResult): Promise<void> {
  const status = result.status === "duplicate" ? (result.original_status ?? "applied") : result.status;
  const mutation = await db.mutations.get({ id: result.id });
  if (!mutation || !["unsent", "failed"].includes(mutation.state)) return;
  if (status === "rejected" || status === "failed") {
    await db.mutations.update(mutation.position, { state: status, result: { ...result, status } });
  } else if (status === "applied" || status === "merged") {
    const given = whatTheServerGave(result.refs ?? {});
    const touches = [...new Set([...mutation.touches, ...given.map(({ entity, id }) => documentKey(entity, id))])];
    await db.mutations.update(mutation.position, {
      state: "awaiting",
      result: { ...result, status },
      effects: [...mutation.effects, ...given],
      touches,
    });
    await rebaseDocuments(db, touches);
    return;
  } else return;
  await rebaseDocuments(db, mutation.touches);
}

/** Shows a number that the server gave at once, without waiting for the pull. */
function whatTheServerGave(refs: Record<string, unknown>): Effect[] {
  return Object.entries(refs).flatMap(([entity, ref]) => {
    const { id, ...fields } = ref as { id: Id };
    return Object.keys(fields).length > 0 ? [{ entity: entity as Effect["entity"], id, patch: fields }] : [];
  });
}

/**
 * Let go of every applied mutation whose revision has been pulled, and only of those (I6); a merged one stays to be
 * read. Returns the keys of the documents they touched, for the caller to lay anew.
 */
export async function letGoOfPulled(db: Database, checkpoint: number): Promise<string[]> {
  const awaiting = await db.mutations.where("state").equals("awaiting").toArray();
  const pulled = awaiting.filter(({ result }) => (result?.rev ?? 0) <= checkpoint);
  for (const { position, result } of pulled) {
    if (result?.status === "merged") await db.mutations.update(position, { state: "merged" });
    else await db.mutations.delete(position);
  }
  return pulled.flatMap(({ touches }) => touches);
}

/** Number the unsent mutations from the `seq` that the server expects. Returns whether any number changed. */
export async function renumber(db: Database, nextSeq: number): Promise<boolean> {
  return db.transaction("rw", db.mutations, db.meta, async () => {
    const unsent = await db.mutations.where("state").equals("unsent").sortBy("position");
    let changed = false;
    for (const [index, mutation] of unsent.entries()) {
      if (mutation.seq === nextSeq + index) continue;
      changed = true;
      await db.mutations.update(mutation.position, { seq: nextSeq + index });
    }
    await setMeta(db, "nextSeq", nextSeq + unsent.length);
    return changed;
  });
}

/**
 * The server was restored from a backup: hand in again what it may have forgotten, refusals too. Safe, because what it
 * did not forget is answered as a duplicate. Returns whether there was any.
 * Call inside a transaction on documents and mutations.
 */
export async function handInAgain(db: Database, which: (mutation: Mutation) => boolean): Promise<boolean> {
  const forgotten = await db.mutations.where("state").anyOf("awaiting", "rejected", "failed").filter(which).toArray();
  for (const { position } of forgotten) await db.mutations.update(position, { state: "unsent" });
  await rebaseDocuments(
    db,
    forgotten.flatMap(({ touches }) => touches),
  );
  return forgotten.length > 0;
}

/**
 * Before all is deleted here, the server must have what it refused. It has, unless it went back to a backup: then this
 * is the only copy.
 */
export async function handInRefused(db: Database): Promise<void> {
  await db.transaction("rw", db.documents, db.mutations, () => handInAgain(db, ({ state }) => state !== "awaiting"));
}
