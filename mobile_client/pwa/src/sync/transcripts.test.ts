import { describe, expect, test, vi } from "vitest";
import { Refused, Unreachable } from "../api/http.ts";
import { Database, type Effect, type StoredDocument } from "../db/database.ts";
import { getMeta, setMeta } from "../db/meta.ts";
import type { Entity, OfflineMutation } from "../db/types.ts";
import { newId } from "../rules/ids.ts";
import { DeviceRevoked, SignInNeeded } from "../session/tokens.ts";
import { BucketSums } from "./checksum.ts";
import { handInAndWipe } from "./handIn.ts";
import { EDITIONS } from "./learning.ts";
import { capture, discard } from "./outbox.ts";
import { baseOf } from "./overlay.ts";
import { pull } from "./pull.ts";
import { push, ServerBusy } from "./push.ts";

/** The format is described in tests/vectors/sync/README.md. */
interface Transcript {
  says: string;
  steps: Step[];
}

interface Exchange {
  request: { path: string; body: unknown; token?: string };
  answer: "lost" | { status: number; headers?: Record<string, string>; body: unknown };
  optional?: boolean;
}

type Step =
  | { do: "capture"; as: string; name: string; args: Record<string, unknown>; effects: Effect[]; replaces?: string }
  | { do: "discard"; mutation: string }
  | { do: "push" | "pull"; exchange: Exchange[]; ends: Ending["ends"]; retry_after_s?: number }
  | { do: "restart" }
  | { do: "upgrade"; learns: Entity[] }
  | { do?: never; expect: Expected };

interface Expected {
  shown?: { entity: Entity; doc: unknown }[];
  held?: { entity: Entity; buckets: Record<string, number>; doc: unknown }[];
  sums?: Record<string, { count: number; hash: number }>;
  outbox?: { mutation: string; seq: number; state: string; [field: string]: unknown }[];
  checkpoint?: number;
  ready?: boolean;
  complete?: boolean;
  progress?: unknown;
  wiped?: boolean;
}

interface Ending {
  ends: "well" | "lost" | "busy" | "upgrade" | "signed_out";
  retry_after_s?: number;
}

const transcripts = import.meta.glob<Transcript>("../../../../tests/vectors/sync/*.json", {
  eager: true,
  import: "default",
});

describe("golden transcripts", () => {
  test.each(Object.entries(transcripts).map(([path, transcript]) => [path.split("/").at(-1), transcript] as const))(
    "%s",
    async (_, { steps }) => {
      const device = await Device.signedIn();
      for (const step of steps) await device.take(step);
    },
  );
});

/** The app's engine with a local database, whose every word to the server is held against the transcript. */
class Device {
  #db: Database;
  #editions = EDITIONS;
  #wiped = false;
  readonly #ids = new Map<string, string>();

  private constructor(db: Database) {
    this.#db = db;
  }

  static async signedIn(): Promise<Device> {
    const db = new Database(`transcript-${newId()}`);
    await setMeta(db, "tokens", { access: "access-1", refresh: "refresh-1" });
    return new Device(db);
  }

  async take(step: Step): Promise<void> {
    const db = this.#db;
    switch (step.do) {
      case "capture":
        return this.#capture(step);
      case "discard":
        return discard(db, this.#id(step.mutation));
      case "push":
      case "pull":
        return this.#converse(step);
      case "upgrade":
        this.#editions = [...this.#editions, step.learns];
        return this.#restart();
      case "restart":
        return this.#restart();
      default:
        return this.#compare(step.expect);
    }
  }

  async #capture({ as, name, args, effects, replaces }: Extract<Step, { do: "capture" }>): Promise<void> {
    const db = this.#db;
    const id = newId();
    this.#ids.set(as, id);
    await db.transaction("rw", db.documents, db.mutations, db.meta, async () => {
      const mended = replaces && this.#id(replaces);
      if (mended) await discard(db, mended);
      const captured = { id, name: name as OfflineMutation, args, effects, occurred_at: "2026-11-22T08:00:00Z" };
      await capture(db, { ...captured, ...(mended && { replaces: mended }) });
    });
  }

  async #converse({ do: doing, exchange, ends, retry_after_s }: Extract<Step, { exchange: Exchange[] }>) {
    const expected = JSON.parse(this.#withIds(JSON.stringify(exchange))) as Exchange[];
    vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
      const path = input.replace("/api/v1", "").replace(/\?.*/, "");
      const next = expected.shift();
      expect({ path, body: essence(JSON.parse(String(init.body))) }).toEqual({
        path: next?.request.path,
        body: essence(next?.request.body),
      });
      const authorization = new Headers(init.headers).get("Authorization");
      if (next?.request.token) expect(authorization).toBe(`Bearer ${next.request.token}`);
      if (!next || next.answer === "lost") throw new TypeError("Failed to fetch");
      const { status, headers = {}, body } = next.answer;
      return Response.json(body, { status, headers });
    });
    const work = doing === "push" ? () => push(this.#db) : () => pull(this.#db, { editions: this.#editions });
    expect(await this.#ending(work)).toEqual({ ends, ...(retry_after_s && { retry_after_s }) });
    expect(expected.filter(({ optional }) => !optional)).toEqual([]);
  }

  async #ending(work: () => Promise<unknown>): Promise<Ending> {
    try {
      await work();
      return { ends: "well" };
    } catch (error) {
      if (error instanceof DeviceRevoked) {
        return this.#ending(async () => {
          this.#wiped = await handInAndWipe(this.#db, error);
          if (this.#wiped) this.#db = new Database(this.#db.name);
          throw new SignInNeeded(error.code);
        });
      }
      return endingOf(error);
    }
  }

  async #restart(): Promise<void> {
    this.#db.close();
    this.#db = new Database(this.#db.name);
  }

  async #compare(wanted: Expected): Promise<void> {
    const db = this.#db;
    const rows = await db.documents.toArray();
    const held = rows.filter(({ buckets }) => Object.keys(buckets).length > 0);
    const sums = new BucketSums(await db.buckets.toArray());
    const complete = (await getMeta(db, "firstRoundDone")) ?? false;
    const progress = await getMeta(db, "progress");
    const have: Required<Omit<Expected, "outbox">> = {
      shown: sorted(rows.map(({ entity, doc }) => ({ entity, doc }))),
      held: sorted(held.map((row) => ({ entity: row.entity, buckets: row.buckets, doc: baseOf(row) }))),
      sums: Object.fromEntries(
        Object.keys(wanted.sums ?? {}).map((bucket) => {
          const { count, hash } = sums.of(bucket);
          return [bucket, { count, hash }];
        }),
      ),
      checkpoint: (await getMeta(db, "checkpoint")) ?? 0,
      ready: complete || (progress?.ready ?? false),
      complete,
      progress,
      wiped: this.#wiped,
    };
    const { outbox, ...rest } = wanted;
    for (const [member, value] of Object.entries(rest)) {
      const said = Array.isArray(value) ? sorted(value) : value;
      expect({ [member]: have[member as keyof typeof have] }).toEqual({ [member]: said });
    }
    if (!outbox) return;
    const mutations = await db.mutations.orderBy("position").toArray();
    expect(mutations.map(({ id }) => id)).toEqual(outbox.map(({ mutation }) => this.#id(mutation)));
    for (const [index, { mutation: _, seq, state, ...details }] of outbox.entries()) {
      expect(mutations[index]).toMatchObject({ seq, state });
      expect(mutations[index]?.result ?? {}).toMatchObject(details);
    }
  }

  #id(name: string): string {
    return this.#ids.get(name) ?? name;
  }

  #withIds(text: string): string {
    return text.replaceAll(/"\$([^"]+)"/g, (_, name) => JSON.stringify(this.#id(name)));
  }
}

function endingOf(error: unknown): Ending {
  if (error instanceof SignInNeeded) return { ends: "signed_out" };
  if (error instanceof Unreachable) return { ends: "lost" };
  if (error instanceof ServerBusy) return { ends: "busy" };
  if (!(error instanceof Refused)) throw error;
  if (error.status === 426) return { ends: "upgrade" };
  return { ends: "busy", ...(error.retryAfter && { retry_after_s: error.retryAfter }) };
}

const LEFT_OUT = ["sent_at", "occurred_at", "app_version", "limit"];

function essence(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(essence);
  if (typeof body !== "object" || body === null) return body;
  const kept = Object.entries(body).filter(
    ([key, value]) => !LEFT_OUT.includes(key) && value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, essence(value)]));
}

function sorted<Row extends { entity: string; doc: unknown }>(rows: readonly Row[]): Row[] {
  const key = ({ entity, doc }: Row) => `${entity}:${(doc as StoredDocument["doc"]).id}`;
  return [...rows].sort((a, b) => key(a).localeCompare(key(b)));
}
