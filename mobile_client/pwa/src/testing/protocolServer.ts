import type { BucketSum, PushResult } from "../db/database.ts";
import type { Entity } from "../db/types.ts";
import { entryHash } from "../sync/checksum.ts";
import type { Change, PullPage } from "../sync/pull.ts";

/** What the server makes of a mutation: documents to write, or a refusal. */
export type Outcome =
  | { write: { entity: Entity; doc: Doc; buckets?: string[] }[]; refs?: Record<string, unknown>; merged?: string[] }
  | { reject: string; fields?: Record<string, unknown> }
  | "failed"
  | "retry";

type Doc = { id: string; [field: string]: unknown };
type Handler = (args: Record<string, unknown>, server: ProtocolServer) => Outcome;
type Route = (body: Record<string, unknown>, path: URL) => Response | Promise<Response>;

interface Entry {
  entity: Entity;
  rev: number;
  present: boolean;
}

interface Round {
  checkpoint: number;
  changes: Change[];
  forget: string[];
  reset: string[];
  base: number;
  /** Of every bucket, as of the checkpoint. */
  sums: BucketSum[];
}

/** A server of docs/sync-protocol.md in memory, behind `fetch`. It can be cut off, lose answers and go back in time. */
export class ProtocolServer {
  rev = 0;
  id = "server-1";
  nextSeq = 1;
  /** What the signed-in person may see, what is needed first in front. */
  granted = ["user:me", "territory:a"];
  pageSize = 1000;
  accessToken = "access-1";
  refreshToken = "refresh-1";
  online = true;
  /** How far its clock is from the device's. */
  clockOffMs = 0;
  /** Counts the requests by path. */
  readonly asked = new Map<string, number>();
  readonly handlers = new Map<string, Handler>();
  /** Every mutation that had an effect, by id. */
  readonly effects: string[] = [];
  /** The refused mutations that others were sent instead of. */
  readonly replaced: string[] = [];
  /** This device was revoked: it may hand in with this token, and nothing else. */
  handInToken: string | null = null;
  /** Retry-After in seconds for whoever pulls; 0 for nobody. */
  busyS = 0;
  /** How often all checksums were asked for. */
  verified = 0;
  readonly #refusals = new Map<string, { status: number; code: string }>();
  readonly #docs = new Map<string, Doc>();
  readonly #buckets = new Map<string, Map<string, Entry>>();
  readonly #receipts = new Map<string, { result: PushResult; rev: number }>();
  readonly #rounds: Round[] = [];
  #loseAnswers = 0;
  #cutAfter: number | null = null;
  #tamper: string | null = null;

  /** Take the request and do what it asks, but let the answer go missing. */
  loseNextAnswer(): void {
    this.#loseAnswers += 1;
  }

  /** Answer this many more requests, then be unreachable. */
  cutAfter(requests: number): void {
    this.#cutAfter = requests;
  }

  /** Answer every request to this path with this error. */
  refuse(path: string, status: number, code: string): void {
    this.#refusals.set(path, { status, code });
  }

  /** Answer requests to this path again. */
  accept(path: string): void {
    this.#refusals.delete(path);
  }

  /** State a wrong hash for this bucket from now on; null to stop. */
  misstate(bucket: string | null): void {
    this.#tamper = bucket;
  }

  write(entity: Entity, doc: Doc, buckets: readonly string[] = ["territory:a"]): number {
    this.rev += 1;
    this.#place(entity, doc, buckets);
    return this.rev;
  }

  /** The record leaves these buckets. */
  remove(id: string, buckets: readonly string[]): void {
    this.rev += 1;
    for (const bucket of buckets) {
      const entry = this.#buckets.get(bucket)?.get(id);
      if (entry) Object.assign(entry, { rev: this.rev, present: false });
    }
  }

  doc(id: string): Doc | undefined {
    return this.#docs.get(id);
  }

  /** Forget everything: another server stands there, with other contents. */
  becomeAnother(): void {
    this.id = "server-2";
    this.rev = 0;
    this.nextSeq = 1;
    this.#docs.clear();
    this.#buckets.clear();
    this.#receipts.clear();
    this.effects.length = 0;
  }

  /** An operator carries out what failed. */
  replay(id: string, name: string, args: Record<string, unknown>): void {
    this.#perform(id, 0, name, args);
  }

  forgetReceipts(): void {
    this.#receipts.clear();
  }

  /** Stands in for `fetch`. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input), "http://server");
    this.asked.set(url.pathname, (this.asked.get(url.pathname) ?? 0) + 1);
    if (this.#cutAfter !== null && this.#cutAfter-- <= 0) this.online = false;
    if (!this.online) throw new TypeError("Failed to fetch");
    const response = await this.#answer(url, init);
    if (this.#loseAnswers > 0) {
      this.#loseAnswers -= 1;
      throw new TypeError("Failed to fetch");
    }
    return response;
  };

  async #answer(url: URL, init: RequestInit): Promise<Response> {
    const body = init.body ? JSON.parse(String(init.body)) : {};
    if (url.pathname === "/api/v1/auth/refresh") return this.#refresh(body);
    const authorization = new Headers(init.headers).get("Authorization");
    if (authorization !== `Bearer ${this.handInToken ?? this.accessToken}`) return problem(401, "auth.token_expired");
    if (this.busyS && url.pathname === "/api/v1/sync/pull") {
      return problem(503, "sync.first_syncs_busy", {}, { "Retry-After": String(this.busyS) });
    }
    const refusal = this.#refusals.get(url.pathname);
    if (refusal) return problem(refusal.status, refusal.code);
    const routes: Record<string, Route> = {
      "/api/v1/sync/push": (sent) => this.#push(sent as never),
      "/api/v1/sync/pull": (sent, at) => this.#pull(sent as never, at.searchParams.get("verify") === "1"),
    };
    return routes[url.pathname]?.(body, url) ?? problem(404, "http.404");
  }

  #refresh({ refresh_token }: { refresh_token?: string }): Response {
    if (this.handInToken) return problem(401, "auth.device_revoked", { hand_in_token: this.handInToken });
    if (refresh_token !== this.refreshToken) return problem(401, "auth.refresh_reused");
    this.accessToken += "+";
    this.refreshToken += "+";
    return Response.json({
      access_token: this.accessToken,
      refresh_token: this.refreshToken,
      user: {},
      device: {},
      organisation: {},
    });
  }

  #push({
    mutations,
  }: {
    mutations: { id: string; seq: number; name: string; args: Record<string, unknown>; replaces?: string }[];
  }): Response {
    const results: PushResult[] = [];
    let expected = this.nextSeq;
    for (const { seq } of mutations) {
      if (seq > expected) return problem(409, "sync.sequence_gap", { next_seq: this.nextSeq });
      expected = Math.max(expected, seq + 1);
    }
    for (const { id, seq, name, args, replaces } of mutations) {
      if (replaces && !this.#receipts.has(id)) this.replaced.push(replaces);
      if (name === "unreadable") return problem(422, "validation.failed");
      const answered = this.#receipts.get(id);
      const result = answered
        ? { ...answered.result, status: "duplicate" as const, original_status: answered.result.status as never }
        : this.#perform(id, seq, name, args);
      results.push(result);
      if (result.status === "retry") break;
      this.nextSeq = Math.max(this.nextSeq, seq + 1);
    }
    return Response.json({
      results,
      next_seq: this.nextSeq,
      server_time: this.#now(),
      wipe: this.handInToken !== null,
    });
  }

  #now(): string {
    return new Date(Date.now() + this.clockOffMs).toISOString();
  }

  #perform(id: string, seq: number, name: string, args: Record<string, unknown>): PushResult {
    const handler = this.handlers.get(name);
    const outcome: Outcome = handler ? handler(args, this) : { reject: "sync.unknown_mutation" };
    const none = { code: null, message: null, fields: null, current: null, refs: null, rev: null };
    if (outcome === "retry") return { id, seq, ...none, status: "retry" };
    let result: PushResult;
    this.rev += 1;
    if (outcome === "failed") result = { id, seq, ...none, status: "failed", code: "sync.failed" };
    else if ("reject" in outcome) {
      const { reject: code, fields = null } = outcome;
      result = { id, seq, ...none, status: "rejected", code, message: "Refused.", fields };
    } else {
      this.effects.push(id);
      for (const { entity, doc, buckets } of outcome.write) this.#place(entity, doc, buckets ?? ["territory:a"]);
      const fields = outcome.merged ? Object.fromEntries(outcome.merged.map((field) => [field, true])) : null;
      const status = outcome.merged ? "merged" : "applied";
      result = { id, seq, ...none, status, refs: outcome.refs ?? null, fields, rev: this.rev };
    }
    this.#receipts.set(id, { result, rev: this.rev });
    return result;
  }

  #pull({ cursor, repair = [] }: { cursor: string | null; repair?: string[] }, verify: boolean): Response {
    if (verify) this.verified += 1;
    const at = cursor
      ? (JSON.parse(cursor) as { server: string; rev: number; held: string[]; round?: number; page?: number })
      : null;
    const known = at?.server === this.id && at.rev <= this.rev ? at : null;
    let round = known?.round;
    if (round === undefined) {
      round = this.#rounds.length;
      this.#rounds.push(this.#startRound(known, Boolean(cursor) && !known, repair));
    }
    const { checkpoint, changes, forget, reset, base, sums } = this.#rounds[round] as Round;
    const page = known?.page ?? 0;
    const from = page * this.pageSize;
    const more = from + this.pageSize < changes.length;
    const following = more
      ? { server: this.id, rev: base, held: known?.held ?? [], round, page: page + 1 }
      : { server: this.id, rev: checkpoint, held: this.granted };
    const changed = new Set(changes.map((change) => change.bucket));
    const answer: PullPage & { server_time: string } = {
      changes: changes.slice(from, from + this.pageSize),
      forget,
      reset,
      cursor: JSON.stringify(following),
      more,
      checkpoint,
      checksums: more
        ? []
        : sums
            .filter(({ bucket }) => verify || changed.has(bucket))
            .map((sum) => (sum.bucket === this.#tamper ? { ...sum, hash: sum.hash + 1 } : sum)),
      progress: { done: Math.min(changes.length, from + this.pageSize), total: changes.length },
      receipts: more ? [] : [...this.#receipts.values()].filter(({ rev }) => rev > base).map(({ result }) => result),
      server_time: this.#now(),
    };
    return Response.json(answer);
  }

  #startRound(known: { rev: number; held: string[] } | null, startsAnew: boolean, repair: string[]): Round {
    const reset = startsAnew ? [...this.granted] : this.granted.filter((bucket) => repair.includes(bucket));
    const changes = this.granted.flatMap((bucket) => {
      const after = known?.held.includes(bucket) && !reset.includes(bucket) ? known.rev : 0;
      return [...(this.#buckets.get(bucket) ?? [])]
        .filter(([, { rev }]) => rev > after)
        .sort(([, a], [, b]) => a.rev - b.rev)
        .map(([id, { entity, rev, present }]): Change => {
          const doc = present ? structuredClone(this.#docs.get(id) ?? null) : null;
          return { bucket, rev, op: present ? "put" : "remove", entity, id, doc };
        });
    });
    const forget = known?.held.filter((bucket) => !this.granted.includes(bucket)) ?? [];
    const sums = this.granted.map((bucket) => this.#sum(bucket));
    return { checkpoint: this.rev, changes, forget, reset, base: known?.rev ?? 0, sums };
  }

  #sum(bucket: string): BucketSum {
    const present = [...(this.#buckets.get(bucket) ?? [])].filter(([, entry]) => entry.present);
    const hash = present.reduce((sum, [id, { rev }]) => (sum + entryHash(id, rev)) >>> 0, 0);
    return { bucket, count: present.length, hash };
  }

  #place(entity: Entity, doc: Doc, buckets: readonly string[]): void {
    this.#docs.set(doc.id, doc);
    for (const [bucket, entries] of this.#buckets) {
      const entry = entries.get(doc.id);
      if (entry?.present && !buckets.includes(bucket)) Object.assign(entry, { rev: this.rev, present: false });
    }
    for (const bucket of buckets) {
      const entries = this.#buckets.get(bucket) ?? new Map<string, Entry>();
      this.#buckets.set(bucket, entries.set(doc.id, { entity, rev: this.rev, present: true }));
    }
  }
}

function problem(
  status: number,
  code: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Response {
  return Response.json({ title: code, detail: code, code, ...more }, { status, headers });
}
