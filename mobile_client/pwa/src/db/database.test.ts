import Dexie from "dexie";
import { expect, test } from "vitest";
import { newId } from "../rules/ids.ts";
import { discard } from "../sync/outbox.ts";
import { push } from "../sync/push.ts";
import { ME, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { Database } from "./database.ts";
import { getDocument, listDocuments } from "./documents.ts";
import { getMeta } from "./meta.ts";

/** The first released shape of the database, as it lies on phones. It is never changed. */
const VERSION_1 = {
  documents:
    "[entity+id],[entity+doc.account_id],[entity+doc.visit_id],[entity+doc.work_order_id],[entity+doc.status],[entity+doc.planned_start_at],[entity+doc.starts_at]",
  mutations: "++position, &id, state, *touches",
  buckets: "bucket",
  staged: "++n",
  meta: "key",
};

const ACCOUNT = newId();
const BUCKET = "territory:a";

/** A phone of the first release with everything that one can hold, as after the app was closed. */
async function phoneOfVersion1(server: ProtocolServer): Promise<string> {
  const name = `old-${newId()}`;
  const old = new Dexie(name);
  old.version(1).stores(VERSION_1);
  const doc = { id: ACCOUNT, name: "Hotel Löwen", phone: "+423 1" };
  const common = { base_rev: 7, occurred_at: "2026-11-20T08:00:00Z", app_version: "0.1.0" };
  const touches = [`account:${ACCOUNT}`];
  const update = { name: "account.update", ...common, touches };
  await old.table("documents").put({
    entity: "account",
    id: ACCOUNT,
    rev: 7,
    buckets: { [BUCKET]: 7 },
    doc,
    base: { ...doc, phone: null },
  });
  await old
    .table("mutations")
    .bulkAdd([
      mutation({ ...update, seq: 3, state: "unsent", patch: { phone: "+423 1" } }),
      mutation({ ...update, seq: 2, state: "rejected", patch: { email: "nobody" } }),
      mutation({ ...update, seq: 1, state: "failed", patch: { notes: "Ring twice." } }),
    ]);
  await old.table("buckets").put({ bucket: BUCKET, count: 1, hash: 5 });
  await old.table("meta").bulkPut([
    { key: "tokens", value: { access: server.accessToken, refresh: server.refreshToken } },
    { key: "cursor", value: "somewhere" },
    { key: "firstRoundDone", value: true },
    { key: "nextSeq", value: 4 },
    { key: "draft:visit/1", value: { notes: "half a sent" } },
  ]);
  old.close();
  return name;
}

function mutation({ patch, state, ...rest }: { patch: Record<string, unknown>; state: string; seq: number }) {
  return {
    ...rest,
    id: newId(),
    state,
    args: { account_id: ACCOUNT, ...patch },
    effects: [{ entity: "account", id: ACCOUNT, patch }],
    result: state === "unsent" ? null : { status: state, code: "validation.failed", message: "No.", fields: null },
  };
}

test("an upgrade of the database keeps the outbox and everything else", async () => {
  const server = new ProtocolServer();
  const name = await phoneOfVersion1(server);
  const db = new Database(name);
  expect((await db.mutations.toArray()).map(({ seq, state }) => [seq, state])).toEqual([
    [3, "unsent"],
    [2, "rejected"],
    [1, "failed"],
  ]);
  expect(await getDocument(db, "account", ACCOUNT)).toMatchObject({ phone: "+423 1" });
  expect(await getMeta(db, "cursor")).toBe("somewhere");
  expect(await db.meta.get("draft:visit/1")).toMatchObject({ value: { notes: "half a sent" } });
  expect(await db.buckets.get(BUCKET)).toEqual({ bucket: BUCKET, count: 1, hash: 5 });
});

test("after the upgrade what was unsent is sent, and what was refused can be dealt with", async () => {
  const server = new ProtocolServer();
  const name = await phoneOfVersion1(server);
  await signedInPhone(server);
  server.nextSeq = 3;
  server.handlers.set("account.update", (args) => ({
    write: [{ entity: "account", doc: { id: ACCOUNT, ...args } as never }],
  }));
  const db = new Database(name);
  await push(db);
  expect(server.effects).toHaveLength(1);
  const refused = await db.mutations.where("state").equals("rejected").first();
  await discard(db, refused?.id ?? "");
  expect(await db.mutations.where("state").equals("rejected").count()).toBe(0);
});

test("records of an upgraded phone are found by what the new shape looks up", async () => {
  const db = new Database(await phoneOfVersion1(new ProtocolServer()));
  await db.documents.put({
    entity: "conflict",
    id: newId(),
    rev: 8,
    buckets: { [`user:${ME}`]: 8 },
    doc: { id: newId(), entity: "account", record_id: ACCOUNT, status: "open" },
  });
  expect(await listDocuments(db, "conflict", { record_id: ACCOUNT })).toHaveLength(1);
  expect(await db.contents.count()).toBe(0);
});
