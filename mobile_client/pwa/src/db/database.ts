import Dexie, { type EntityTable, type Table } from "dexie";
import type { Entity, Id, Instant, OfflineMutation } from "./types.ts";

/** One record as this device holds it. */
export interface StoredDocument {
  entity: Entity;
  id: Id;
  /** The newest revision of the base document; 0 for a record the server has not sent. */
  rev: number;
  /** The buckets that carry the document, with the revision each of them gave it. Empty for a record made here. */
  buckets: Record<string, number>;
  /** What screens show: the server's document with the pending mutations applied. */
  doc: Record<string, unknown> & { id: Id };
  /** The server's document where it differs from `doc`; null when the server has none; absent when nothing is pending. */
  base?: (Record<string, unknown> & { id: Id }) | null;
}

/** What a mutation does to one document, written down when it is recorded so that it can be applied again. */
export interface Effect {
  entity: Entity;
  id: Id;
  /** The whole document, where the mutation makes the record. */
  create?: Record<string, unknown> & { id: Id };
  /** The changed fields, where it changes one. */
  patch?: Record<string, unknown>;
}

/**
 * `unsent`: no answer yet · `awaiting`: applied, its revision not pulled yet · `rejected`, `failed`: needs attention ·
 * `merged`: applied, but the server kept newer values of some fields, which the person has not read yet.
 */
export type MutationState = "unsent" | "awaiting" | "rejected" | "failed" | "merged";

/** The server's answer to one mutation. */
export interface PushResult {
  id: Id;
  seq: number;
  status: "applied" | "duplicate" | "merged" | "rejected" | "failed" | "retry";
  original_status?: "applied" | "merged" | "rejected" | "failed" | null;
  code: string | null;
  message: string | null;
  fields: Record<string, unknown> | null;
  current: Record<string, unknown> | null;
  refs: Record<string, unknown> | null;
  rev: number | null;
}

/** A command captured on this device. */
export interface Mutation {
  /** The order in which the person acted. Given by the database. */
  position: number;
  /** The number on the wire, without gaps per device. A mutation is known by its id: a new number never makes it a new one. */
  seq: number;
  id: Id;
  name: OfflineMutation;
  args: Record<string, unknown>;
  base_rev: number;
  occurred_at: Instant;
  app_version: string;
  state: MutationState;
  effects: Effect[];
  /** `entity:id` of every document it changes. */
  touches: string[];
  result: PushResult | null;
  /** The refused mutation that this one mends. */
  replaces?: Id;
}

export interface BucketSum {
  bucket: string;
  count: number;
  /** Sum modulo 2³² over its documents: see `checksum.ts`. */
  hash: number;
}

export interface StagedPage {
  n: number;
  page: unknown;
}

/** The content of an attachment as this device holds it: taken here, or fetched to be shown. */
export interface StoredContent {
  /** Hex digest of the bytes: the content's id, here and on the server. */
  sha256: string;
  /** Empty where only the thumbnail was kept: the server has the rest. */
  content: Blob | null;
  thumbnail: Blob | null;
  size: number;
  media_type: string;
  /** `waiting`: the server does not have all of it yet · `here`: nothing is to be done with it · `refused` for good */
  state: "waiting" | "here" | "refused";
  /** Why the server refused it: a code of docs/errors.md and its sentence. */
  refusal: { code: string; message: string } | null;
  /** Attempts in a row that the server failed at, and when the next may be made, in milliseconds since 1970. */
  failures: number;
  tryAt: number;
  /** Since when it is on this device, in milliseconds since 1970. */
  heldSince: number;
}

export interface MetaRow {
  key: string;
  value: unknown;
}

/**
 * The fields by which documents can be found without reading the whole entity. Each costs time in a first sync: the
 * other fields are filtered.
 */
export const INDEXED_FIELDS = [
  "account_id",
  "visit_id",
  "work_order_id",
  "status",
  "planned_start_at",
  "starts_at",
  "record_id",
] as const;

const FIRST_INDEXED_FIELDS = INDEXED_FIELDS.filter((field) => field !== "record_id");

/** The local copy of one person in one organisation. */
export class Database extends Dexie {
  documents!: Table<StoredDocument, [Entity, Id]>;
  mutations!: EntityTable<Mutation, "position">;
  buckets!: EntityTable<BucketSum, "bucket">;
  staged!: EntityTable<StagedPage, "n">;
  contents!: EntityTable<StoredContent, "sha256">;
  meta!: EntityTable<MetaRow, "key">;

  constructor(name: string) {
    // What a person did is on the disk before the screen says so, also when the battery dies a moment later (I1).
    super(name, { chromeTransactionDurability: "strict" });
    this.version(1).stores({
      documents: documentIndexes(FIRST_INDEXED_FIELDS),
      mutations: "++position, &id, state, *touches",
      buckets: "bucket",
      staged: "++n",
      meta: "key",
    });
    this.version(2).stores({
      documents: documentIndexes(INDEXED_FIELDS),
      contents: "sha256, state, heldSince",
    });
  }
}

function documentIndexes(fields: readonly string[]): string {
  return ["[entity+id]", ...fields.map((field) => `[entity+doc.${field}]`)].join();
}

export function documentKey(entity: Entity, id: Id): string {
  return `${entity}:${id}`;
}
