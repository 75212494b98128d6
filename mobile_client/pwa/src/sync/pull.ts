import { type BucketSum, type Database, documentKey, type PushResult, type StoredDocument } from "../db/database.ts";
import { getMeta, type Meta, setMeta } from "../db/meta.ts";
import type { Entity } from "../db/types.ts";
import { ask } from "./ask.ts";
import { BucketSums } from "./checksum.ts";
import { EDITIONS, learnedSince, SCHEMA_VERSION } from "./learning.ts";
import { handInAgain, letGoOfPulled, takeAnswer } from "./outbox.ts";
import { baseOf, byDocument, parseKey, rebaseDocuments, settle } from "./overlay.ts";
import { pokeSync } from "./poke.ts";
import { withRoom } from "./storage.ts";

const PAGE_CHANGES = 1000;

export interface Change {
  bucket: string;
  rev: number;
  op: "put" | "remove";
  entity: Entity;
  id: string;
  doc: StoredDocument["doc"] | null;
}

export interface PullPage {
  changes: Change[];
  forget: string[];
  reset: string[];
  cursor: string;
  more: boolean;
  checkpoint: number;
  checksums: BucketSum[];
  progress: Meta["progress"] | null;
  receipts: PushResult[];
  server_time: string;
}

/**
 * Pull one round, and a repairing one if a checksum differs. `verify` asks for the checksums of all buckets, not only
 * of those that changed; `editions` says what the app has learned.
 *
 * @throws Unreachable, Refused, SignInNeeded, StorageFull: the next pull goes on at the page where this one stopped.
 */
export async function pull(db: Database, { verify = false, editions = EDITIONS } = {}): Promise<void> {
  await pullRound(db, verify, editions);
  if (await getMeta(db, "repair")) await pullRound(db, false, editions);
}

async function pullRound(db: Database, verify: boolean, editions: typeof EDITIONS): Promise<void> {
  const firstRound = !(await getMeta(db, "firstRoundDone"));
  const goesOn = await getMeta(db, "stagedCursor");
  let cursor = goesOn ?? (await getMeta(db, "cursor")) ?? null;
  let repair = goesOn ? undefined : await getMeta(db, "repair");
  // 1. What the app has learned since it last asked is named when a round begins. A device that begins with nothing
  //    gets everything anyway.
  const begins = !goesOn && !(firstRound && cursor);
  let learn = begins && cursor ? learnedSince((await getMeta(db, "edition")) ?? 1, editions) : [];
  if (begins) await setMeta(db, "learning", editions.length);
  for (;;) {
    // 2. The server decides what comes: the device names no bucket, except one that it holds wrongly.
    const page = await ask<PullPage>(db, verify ? "/sync/pull?verify=1" : "/sync/pull", {
      schema_version: SCHEMA_VERSION,
      cursor,
      limit: PAGE_CHANGES,
      ...(repair && { repair }),
      ...(learn.length > 0 && { learn }),
    });
    repair = undefined;
    learn = [];
    await setMeta(db, "trouble", null);
    // 3. In its first round a device shows what it has as it comes. Later a screen must never show half a commit:
    //    the pages wait until all are here. Where they find no room they go, and the round begins again.
    await withRoom(db, () => (firstRound || !page.more ? applyRound(db, page) : stage(db, page)), { once: true });
    if (!page.more) return;
    cursor = page.cursor;
  }
}

async function stage(db: Database, page: PullPage): Promise<void> {
  await db.transaction("rw", db.staged, db.meta, async () => {
    await db.staged.add({ page });
    await setMeta(db, "stagedCursor", page.cursor);
  });
}

/** Apply the staged pages and this one, all at once. */
async function applyRound(db: Database, last: PullPage): Promise<void> {
  const tables = [db.documents, db.mutations, db.buckets, db.staged, db.meta];
  await db.transaction("rw", tables, async () => {
    const staged = await db.staged.orderBy("n").toArray();
    const sums = new BucketSums(await db.buckets.toArray());
    for (const page of [...staged.map(({ page }) => page as PullPage), last]) await applyPage(db, page, sums);
    await db.buckets.bulkPut(sums.all());
    await db.staged.clear();
    await setMeta(db, "stagedCursor", undefined);
    await setMeta(db, "cursor", last.cursor);
    if (last.more) await setMeta(db, "progress", last.progress ?? undefined);
    else await finishRound(db, last, sums);
  });
}

async function applyPage(db: Database, page: PullPage, sums: BucketSums): Promise<void> {
  // A bucket starts anew once per round, however many pages say so.
  const already = (await getMeta(db, "resetThisRound")) ?? [];
  const dropped = [...new Set([...page.forget, ...page.reset])].filter((bucket) => !already.includes(bucket));
  if (page.reset.length > 0) await setMeta(db, "resetThisRound", [...new Set([...already, ...page.reset])]);

  for (const bucket of dropped) sums.clear(bucket);

  const keys = new Set(page.changes.map(({ entity, id }) => documentKey(entity, id)));
  // Rare enough to look at every document: an index of buckets would make each first sync slower.
  if (dropped.length > 0) {
    await db.documents.each(({ entity, id, buckets }) => {
      if (dropped.some((bucket) => bucket in buckets)) keys.add(documentKey(entity, id));
    });
  }
  const rows = new Map<string, Held>();
  const stored = await db.documents.bulkGet([...keys].map(parseKey));
  [...keys].forEach((key, index) => {
    rows.set(key, held(stored[index], dropped));
  });
  for (const change of page.changes) take(rows.get(documentKey(change.entity, change.id)) as Held, change);

  const touching = byDocument(await db.mutations.toArray());
  const kept: StoredDocument[] = [];
  const gone: [Entity, string][] = [];
  for (const [key, { before, base, rev, buckets }] of rows) {
    const [entity, id] = parseKey(key);
    sums.move(id, before, buckets);
    const carried = Object.keys(buckets).length > 0;
    const holding = { entity, id, rev: carried ? rev : 0, buckets };
    // 4. What the person did since lies on top of what the server sent (I6).
    const row = settle(holding, carried ? base : null, touching.get(key) ?? []);
    if (row) kept.push(row);
    else gone.push([entity, id]);
  }
  await db.documents.bulkPut(kept);
  await db.documents.bulkDelete(gone);
  for (const receipt of page.receipts) await takeAnswer(db, receipt);
}

/** A document while a page is applied to it. */
interface Held {
  /** The buckets that carried it, without those that start anew. */
  before: Record<string, number>;
  base: StoredDocument["doc"] | null;
  rev: number;
  buckets: Record<string, number>;
}

function held(stored: StoredDocument | undefined, dropped: readonly string[]): Held {
  const buckets = { ...stored?.buckets };
  for (const bucket of dropped) delete buckets[bucket];
  return { before: { ...buckets }, base: baseOf(stored), rev: stored?.rev ?? 0, buckets };
}

function take(row: Held, { op, bucket, rev, doc }: Change): void {
  if (op === "remove") {
    delete row.buckets[bucket];
    return;
  }
  // A bucket that starts anew after a restored backup carries lower revisions than what nobody carries any more.
  if (rev >= row.rev || Object.keys(row.buckets).length === 0) {
    row.base = doc;
    row.rev = rev;
  }
  row.buckets[bucket] = rev;
}

/** Close a round: what it proves about the mutations, and whether the buckets are whole. */
async function finishRound(db: Database, page: PullPage, sums: BucketSums): Promise<void> {
  const resets = await getMeta(db, "resetThisRound");
  // The server may have gone back to a backup. Revisions say nothing: it has given them to others since.
  if (resets && (await handInAgain(db, () => true))) pokeSync();
  await rebaseDocuments(db, await letGoOfPulled(db, page.checkpoint));
  const now = new Date().toISOString();
  await setMeta(db, "checkpoint", page.checkpoint);
  await setMeta(db, "lastSyncAt", now);
  await setMeta(db, "firstRoundDone", true);
  await setMeta(db, "progress", undefined);
  await setMeta(db, "resetThisRound", undefined);
  await setMeta(db, "edition", await getMeta(db, "learning"));
  // A bucket that is wrong is pulled anew once. If that did not help it is left alone until a checksum is right again:
  // two parties that disagree must not do so in a loop.
  const wrong = page.checksums.filter(({ bucket, count, hash }) => {
    const own = sums.of(bucket);
    return own.count !== count || own.hash !== hash;
  });
  const right = page.checksums.filter((said) => !wrong.includes(said)).map(({ bucket }) => bucket);
  const asked = [...((await getMeta(db, "repaired")) ?? []), ...((await getMeta(db, "repair")) ?? [])];
  const tried = [...new Set(asked)].filter((bucket) => !right.includes(bucket));
  const repair = wrong.map(({ bucket }) => bucket).filter((bucket) => !tried.includes(bucket));
  if (wrong.length > 0) await setMeta(db, "repairedAt", now);
  await setMeta(db, "repaired", tried);
  await setMeta(db, "repair", repair.length > 0 ? repair : undefined);
}
