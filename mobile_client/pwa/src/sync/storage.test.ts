import { beforeEach, expect, test } from "vitest";
import type { Database } from "../db/database.ts";
import { listDocuments } from "../db/documents.ts";
import { getMeta } from "../db/meta.ts";
import { newId } from "../rules/ids.ts";
import { ME, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { syncOnce } from "./loop.ts";
import { record } from "./outbox.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { StorageFull, storageIsFull } from "./storage.ts";

let server: ProtocolServer;
let db: Database;

beforeEach(async () => {
  server = new ProtocolServer();
  server.handlers.set("account.create", (args) => ({ write: [{ entity: "account", doc: args as { id: string } }] }));
  db = await signedInPhone(server);
  await pull(db);
});

const create = (name: string) =>
  record(db, "account.create", { id: newId(), name, territory_id: newId() }, { actorId: ME });

/** The browser refuses to write into this table, as it does when the disk is full, until there is room again. */
function fillDisk(table: "mutations" | "staged"): { makeRoom: () => void } {
  let full = true;
  db[table].hook("creating", () => {
    if (full) throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  });
  return {
    makeRoom: () => {
      full = false;
    },
  };
}

test("with a full disk nothing is half kept, what was kept before stays, and it is said", async () => {
  await create("before");
  fillDisk("mutations");
  await expect(create("too much")).rejects.toThrow(StorageFull);
  expect(storageIsFull()).toBe(true);
  expect(await db.mutations.count()).toBe(1);
  expect((await listDocuments(db, "account", {})).map(({ name }) => name)).toEqual(["before"]);
  await push(db);
  expect(server.effects).toHaveLength(1);
});

test("copies of photos and pages that were not applied make room for what the person does", async () => {
  await db.staged.add({ page: {} } as never);
  await db.contents.bulkPut([copy("sent", "here"), copy("unsent", "waiting")] as never);
  const { makeRoom } = fillDisk("mutations");
  db.contents.hook("deleting", makeRoom);
  db.contents.hook("updating", makeRoom);
  await create("it fits after all");
  expect(await db.mutations.count()).toBe(1);
  expect(await db.staged.count()).toBe(0);
  expect(await db.contents.get("unsent")).toMatchObject({ state: "waiting" });
  expect(storageIsFull()).toBe(false);
});

function copy(sha256: string, state: "here" | "waiting") {
  return { sha256, state, content: new Blob(["a photo"]), thumbnail: null, size: 7, heldSince: 0 };
}

test("news that find no room are left out; what was done is sent, and the round begins again later", async () => {
  server.write("account", { id: newId(), name: "Theirs" });
  server.write("account", { id: newId(), name: "Theirs too" });
  server.pageSize = 1;
  await create("Mine");
  const { makeRoom } = fillDisk("staged");
  expect(await syncOnce(db)).toMatchObject({ trouble: "storage" });
  expect(server.effects).toHaveLength(1);
  expect(await getMeta(db, "trouble")).toBe("storage");
  expect(await getMeta(db, "stagedCursor")).toBeUndefined();
  makeRoom();
  expect(await syncOnce(db)).toMatchObject({ trouble: null });
  expect(await listDocuments(db, "account", {})).toHaveLength(3);
});
