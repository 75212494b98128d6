import { beforeEach, expect, test } from "vitest";
import type { Database } from "../db/database.ts";
import { getDocument } from "../db/documents.ts";
import { getMeta } from "../db/meta.ts";
import { newId } from "../rules/ids.ts";
import { ME, plannedVisit, reopened, shown, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { record } from "./outbox.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";

let server: ProtocolServer;
let db: Database;

beforeEach(async () => {
  server = new ProtocolServer();
  db = await signedInPhone(server);
});

function account(name: string, buckets?: string[], id = newId()): string {
  server.write("account", { id, name }, buckets);
  return id;
}

const names = async () =>
  Object.values(await shown(db, "account"))
    .map((doc) => (doc as { name: string }).name)
    .sort();
const pulls = () => server.asked.get("/api/v1/sync/pull") ?? 0;

test("a first round shows each page as it comes, with progress", async () => {
  for (const name of ["A", "B", "C"]) account(name);
  server.pageSize = 2;
  server.cutAfter(1);
  await expect(pull(db)).rejects.toThrow("cannot be reached");
  expect(await names()).toEqual(["A", "B"]);
  expect(await getMeta(db, "progress")).toEqual({ done: 2, total: 3 });
  expect(await getMeta(db, "lastSyncAt")).toBeUndefined();
});

test("a first round that was cut off goes on at the page where it stopped", async () => {
  for (const name of ["A", "B", "C"]) account(name);
  server.pageSize = 2;
  server.cutAfter(1);
  await expect(pull(db)).rejects.toThrow();
  server.online = true;
  server.cutAfter(1);
  db = await reopened(db);
  await pull(db);
  expect(await names()).toEqual(["A", "B", "C"]);
  expect(await getMeta(db, "checkpoint")).toBe(3);
});

test("a later round shows nothing until all of it is here", async () => {
  const id = account("before");
  await pull(db);
  account("after", undefined, id);
  account("new");
  server.pageSize = 1;
  server.cutAfter(1);
  await expect(pull(db)).rejects.toThrow();
  expect(await names()).toEqual(["before"]);
  server.online = true;
  server.cutAfter(1);
  db = await reopened(db);
  await pull(db);
  expect(await names()).toEqual(["after", "new"]);
});

test("a record that leaves one bucket stays while another carries it", async () => {
  const id = account("shared", ["territory:a", "user:me"]);
  await pull(db);
  server.remove(id, ["territory:a"]);
  await pull(db);
  expect(await names()).toEqual(["shared"]);
  server.remove(id, ["user:me"]);
  await pull(db);
  expect(await names()).toEqual([]);
});

test("old records of a newly granted bucket arrive", async () => {
  account("old", ["territory:b"]);
  account("here");
  await pull(db);
  expect(await names()).toEqual(["here"]);
  server.granted.push("territory:b");
  await pull(db);
  expect(await names()).toEqual(["here", "old"]);
});

test("a lost bucket takes with it what no other bucket carries", async () => {
  account("gone");
  account("stays", ["territory:a", "user:me"]);
  await pull(db);
  server.granted = ["user:me"];
  await pull(db);
  expect(await names()).toEqual(["stays"]);
});

test("another server starts everything anew and leaves the outbox alone", async () => {
  account("theirs");
  await pull(db);
  const id = newId();
  await record(db, "account.create", { id, name: "mine", territory_id: newId() }, { actorId: ME });
  server.becomeAnother();
  account("other");
  await pull(db);
  expect(await names()).toEqual(["mine", "other"]);
  expect(await db.mutations.where("state").equals("unsent").count()).toBe(1);
});

test("what a restored server forgot is handed in again", async () => {
  const visit = plannedVisit();
  server.write("visit", visit);
  await pull(db);
  const confirm = () => ({
    write: [{ entity: "visit" as const, doc: { ...plannedVisit(), ...visit, status: "confirmed" } as never }],
  });
  server.handlers.set("visit.confirm", confirm);
  await record(db, "visit.confirm", { visit_id: visit.id }, { actorId: ME });
  await push(db);
  server.becomeAnother();
  server.write("visit", visit);
  await pull(db);
  expect(await getDocument(db, "visit", visit.id)).toMatchObject({ status: "confirmed" });
  await push(db);
  await pull(db);
  expect(server.doc(visit.id)).toMatchObject({ status: "confirmed" });
  expect(await db.mutations.count()).toBe(0);
});

test("a bucket that differs is pulled anew once and is right again", async () => {
  const id = account("right");
  account("also");
  await pull(db);
  await db.documents.update(["account", id], { buckets: { "territory:a": 999 }, "doc.name": "wrong" } as never);
  await db.buckets.update("territory:a", { hash: 1 });
  await pull(db, { verify: true });
  expect(await names()).toEqual(["also", "right"]);
  expect(await db.buckets.get("territory:a")).toMatchObject({ count: 2 });
  expect(await getMeta(db, "repaired")).toEqual([]);
});

test("a checksum that stays wrong is not pulled for ever", async () => {
  account("A");
  server.misstate("territory:a");
  await pull(db);
  expect(pulls()).toBe(2);
  account("B");
  await pull(db);
  expect(pulls()).toBe(3);
  server.misstate(null);
  account("C");
  await pull(db);
  server.misstate("territory:a");
  account("D");
  await pull(db);
  expect(pulls()).toBe(6);
});

test("I3: whatever happens in between, a phone that pulls ends as one that starts afresh", async () => {
  const random = seeded(7);
  const ids = Array.from({ length: 12 }, () => newId());
  const buckets = ["territory:a", "territory:b", "user:me", "org"];
  for (let round = 0; round < 40; round += 1) {
    for (let write = 0; write < 5; write += 1) {
      const id = ids[Math.floor(random() * ids.length)] as string;
      const some = buckets.filter(() => random() < 0.5);
      if (some.length > 0) account(`${round}.${write}`, some, id);
      else server.remove(id, buckets);
    }
    server.granted = buckets.filter(() => random() < 0.7);
    server.pageSize = 1 + Math.floor(random() * 4);
    await pull(db);
  }
  const fresh = await signedInPhone(server);
  await pull(fresh);
  expect(await shown(db, "account")).toEqual(await shown(fresh, "account"));
  expect(await getMeta(db, "repaired")).toEqual([]);
});

function seeded(state: number): () => number {
  let now = state;
  return () => {
    now = (Math.imul(now, 1664525) + 1013904223) >>> 0;
    return now / 2 ** 32;
  };
}
