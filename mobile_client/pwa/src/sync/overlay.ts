import { type Database, documentKey, type Mutation, type StoredDocument } from "../db/database.ts";
import type { Entity } from "../db/types.ts";

type Doc = StoredDocument["doc"];

/**
 * The document to show: `base` with the effects of these mutations on it laid over it, in order.
 *
 * A mutation that is unsent or not pulled yet always shows (I6). One that was refused shows only on a record that the
 * server does not have: what a person made here stays visible until it is mended or discarded, but nothing hides what
 * the server knows.
 */
export function rebase(base: Doc | null, entity: Entity, id: string, mutations: readonly Mutation[]): Doc | null {
  const effects = mutations
    .filter(({ state }) => state !== "merged" && !(base && (state === "rejected" || state === "failed")))
    .flatMap((mutation) => mutation.effects.filter((effect) => effect.entity === entity && effect.id === id));
  // A creation comes first, wherever it stands: one that was mended is behind what was done to its record before.
  const begun = base ?? effects.find(({ create }) => create)?.create ?? null;
  return begun && Object.assign({}, begun, ...effects.map(({ patch }) => patch));
}

/** The document as the server has it; null if it has none. */
export function baseOf(stored: StoredDocument | undefined): Doc | null {
  if (!stored) return null;
  return stored.base === undefined ? stored.doc : stored.base;
}

/** What a device holds of a record besides its content. */
export type Holding = Pick<StoredDocument, "entity" | "id" | "rev" | "buckets">;

/** The row for this base document and what the mutations make of it; null when nothing is left to show. */
export function settle(
  { entity, id, rev, buckets }: Holding,
  base: Doc | null,
  mutations: readonly Mutation[],
): StoredDocument | null {
  const doc = rebase(base, entity, id, mutations);
  if (!doc) return null;
  const row = { entity, id, rev, buckets, doc };
  return doc === base ? row : { ...row, base };
}

/** The mutations that touch each document, in the order in which the person acted. */
export function byDocument(mutations: readonly Mutation[]): Map<string, Mutation[]> {
  const found = new Map<string, Mutation[]>();
  for (const mutation of [...mutations].sort((a, b) => a.position - b.position)) {
    for (const key of mutation.touches) found.set(key, [...(found.get(key) ?? []), mutation]);
  }
  return found;
}

/** Lay the mutations anew over these documents. Call inside a transaction on documents and mutations. */
export async function rebaseDocuments(db: Database, keys: Iterable<string>): Promise<void> {
  const unique = [...new Set(keys)];
  const wanted = unique.map(parseKey);
  const rows = await db.documents.bulkGet(wanted);
  const touching = byDocument(await db.mutations.where("touches").anyOf(unique).distinct().toArray());
  const next = wanted.map((key, index) =>
    settle(rows[index] ?? madeHere(key), baseOf(rows[index]), touching.get(documentKey(...key)) ?? []),
  );
  await db.documents.bulkPut(next.filter((row) => row !== null));
  await db.documents.bulkDelete(wanted.filter((_, index) => next[index] === null));
}

export function parseKey(key: string): [Entity, string] {
  const at = key.indexOf(":");
  return [key.slice(0, at) as Entity, key.slice(at + 1)];
}

function madeHere([entity, id]: [Entity, string]): Holding {
  return { entity, id, rev: 0, buckets: {} };
}
