import { beforeEach, expect, test, vi } from "vitest";
import type { Database } from "../db/database.ts";
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
