import Dexie from "dexie";
import { beforeEach, expect, test, vi } from "vitest";
import { Database } from "../db/database.ts";
import { listDocuments } from "../db/documents.ts";
import { getMeta } from "../db/meta.ts";
import { newId } from "../rules/ids.ts";
import { ME, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { startSync, syncOnce } from "./loop.ts";
import { record } from "./outbox.ts";

// After a failure the loop would wait until the test is over.
vi.mock("./waiting.ts", async (original) => ({ ...(await original()), backoff: () => 3_600_000 }));

let server: ProtocolServer;
let db: Database;

beforeEach(async () => {
  server = new ProtocolServer();
  server.handlers.set("account.create", (args) => ({ write: [{ entity: "account", doc: args as { id: string } }] }));
  db = await signedInPhone(server);
});

const createAccount = () =>
  record(db, "account.create", { id: newId(), name: "Mine", territory_id: newId() }, { actorId: ME });
const left = () => db.mutations.count();

test("a round hands in what was done and fetches what is new", async () => {
  await createAccount();
  server.write("account", { id: newId(), name: "Theirs" });
  expect(await syncOnce(db)).toMatchObject({ trouble: null });
  expect(await left()).toBe(0);
  expect(await listDocuments(db, "account", {})).toHaveLength(2);
});

test("no signal is noted, and forgotten once there is some", async () => {
  server.online = false;
  expect(await syncOnce(db)).toMatchObject({ trouble: "unreachable" });
  expect(await getMeta(db, "trouble")).toBe("unreachable");
  server.online = true;
  expect(await syncOnce(db)).toMatchObject({ trouble: null });
  expect(await getMeta(db, "trouble")).toBeNull();
});

test("a push that the server fails at keeps no news from coming in", async () => {
  await createAccount();
  server.write("account", { id: newId(), name: "Theirs" });
  server.refuse("/api/v1/sync/push", 500, "server.error");
  expect(await syncOnce(db)).toMatchObject({ trouble: "server" });
  expect(await getMeta(db, "trouble")).toBe("server");
  expect(await listDocuments(db, "account", {})).toHaveLength(2);
  expect(await left()).toBe(1);
});

test("I9: a phone too old to pull still hands in its work", async () => {
  await createAccount();
  server.refuse("/api/v1/sync/pull", 426, "sync.upgrade_required");
  await syncOnce(db);
  expect(server.effects).toHaveLength(1);
  expect(await getMeta(db, "upgradeRequired")).toBe(true);
});

test("all checksums are compared in the first round and then once a day", async () => {
  await syncOnce(db);
  await syncOnce(db);
  expect(server.verified).toBe(1);
});

test("who is asked to come again later notes it, and for how long; what was done is handed in before", async () => {
  await createAccount();
  server.busyS = 20;
  expect(await syncOnce(db)).toMatchObject({ trouble: "busy", notBeforeMs: 20_000 });
  expect(server.effects).toHaveLength(1);
  server.busyS = 0;
  expect(await syncOnce(db)).toMatchObject({ trouble: null, notBeforeMs: 0 });
});

test("a revoked phone hands in its work, then its data is gone", async () => {
  await syncOnce(db);
  await createAccount();
  server.handInToken = "hand-in";
  expect(await syncOnce(db)).toMatchObject({ over: true });
  expect(server.effects).toHaveLength(1);
  expect(await Dexie.exists(db.name)).toBe(false);
});

test("a revoked phone deletes nothing while it has something to hand in", async () => {
  await syncOnce(db);
  await createAccount();
  server.handInToken = "hand-in";
  server.refuse("/api/v1/sync/push", 500, "server.error");
  expect(await syncOnce(db)).toMatchObject({ over: false });
  expect(await left()).toBe(1);
  server.accept("/api/v1/sync/push");
  await db.contents.add({ sha256: "a photo", state: "waiting", heldSince: 0 } as never);
  expect(await syncOnce(db)).toMatchObject({ over: false });
  expect(await Dexie.exists(db.name)).toBe(true);
  await db.contents.clear();
  expect(await syncOnce(db)).toMatchObject({ over: true });
});

test("of two tabs one syncs; when it closes the other goes on", async () => {
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  const other = new Database(db.name);
  const [stopFirst, stopSecond] = [startSync(db), startSync(other)];
  const pulls = () => server.asked.get("/api/v1/sync/pull") ?? 0;
  await vi.waitFor(async () => expect(await getMeta(other, "lastSyncAt")).toBeDefined(), { timeout: 30_000 });
  const before = pulls();
  const { held = [], pending = [] } = await navigator.locks.query();
  const about = (locks: LockInfo[]) => locks.filter(({ name }) => name === `fieldbook-sync-${db.name}`);
  expect([about(held).length, about(pending).length]).toEqual([1, 1]);
  stopFirst();
  await heardPoke(db.name);
  await vi.waitFor(() => expect(pulls()).toBeGreaterThan(before), { timeout: 30_000 });
  stopSecond();
});

test("signal that comes back during a failing attempt is not waited for", async () => {
  await createAccount();
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  const pushes: string[] = [];
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    if (input.endsWith("/sync/push") && pushes.push(input) === 1) {
      await heardPoke(db.name);
      throw new TypeError("Failed to fetch");
    }
    return server.fetch(input, init);
  });
  const stop = startSync(db);
  await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 30_000 });
  stop();
  expect(pushes).toHaveLength(2);
});

/** Poke the sync loop and wait until it must have heard it. */
async function heardPoke(databaseName: string): Promise<void> {
  const channel = new BroadcastChannel("fieldbook-sync");
  const heard = new Promise((resolve) => {
    const other = new BroadcastChannel("fieldbook-sync");
    other.onmessage = () => {
      other.close();
      resolve(null);
    };
  });
  channel.postMessage(databaseName);
  await heard;
  channel.close();
}
