import { liveQuery } from "dexie";
import { beforeEach, expect, test, vi } from "vitest";
import type { Database } from "../db/database.ts";
import { getDocument } from "../db/documents.ts";
import { ME, plannedVisit, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { record } from "./outbox.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";

let server: ProtocolServer;
let db: Database;
const visit = plannedVisit();

beforeEach(async () => {
  server = new ProtocolServer();
  server.write("visit", visit);
  server.handlers.set("visit.check_in", () => ({
    write: [{ entity: "visit", doc: { ...visit, status: "in_progress", version: 2 } }],
  }));
  db = await signedInPhone(server);
  await pull(db);
});

/** Every state of the visit that a screen was shown, from the check-in on. */
async function checkInAndWatch(): Promise<{ seen: string[]; stop: () => void }> {
  await record(db, "visit.check_in", { visit_id: visit.id }, { actorId: ME });
  const seen: string[] = [];
  const watching = liveQuery(() => getDocument(db, "visit", visit.id)).subscribe((doc) =>
    seen.push(doc ? `${doc.status} ${doc.version}` : "gone"),
  );
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  return { seen, stop: () => watching.unsubscribe() };
}

test("I6: a check-in never flickers away between its push and its pull", async () => {
  const { seen, stop } = await checkInAndWatch();
  await push(db);
  await pull(db);
  await vi.waitFor(() => expect(seen.at(-1)).toBe("in_progress 2"));
  stop();
  expect(seen.filter((state) => !state.startsWith("in_progress"))).toEqual([]);
});

test("I6: nor when a pull comes between its push and the answer", async () => {
  const { seen, stop } = await checkInAndWatch();
  const [answered, held] = [promise(), promise()];
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    const response = await server.fetch(input, init);
    if (input.endsWith("/sync/push")) {
      answered.keep();
      await held.kept;
    }
    return response;
  });
  const pushing = push(db);
  await answered.kept;
  await pull(db);
  expect(await getDocument(db, "visit", visit.id)).toMatchObject({ status: "in_progress", version: 2 });
  held.keep();
  await pushing;
  await pull(db);
  stop();
  expect(seen.filter((state) => !state.startsWith("in_progress"))).toEqual([]);
  expect(await db.mutations.count()).toBe(0);
});

test("I6: nor when a round that began before it ends after its answer", async () => {
  const { seen, stop } = await checkInAndWatch();
  server.write("visit", plannedVisit());
  server.write("visit", plannedVisit());
  server.pageSize = 1;
  server.cutAfter(1);
  await expect(pull(db)).rejects.toThrow("cannot be reached");
  server.online = true;
  server.cutAfter(100);
  await push(db);
  await pull(db);
  expect((await db.mutations.toArray()).map(({ state }) => state)).toEqual(["awaiting"]);
  await pull(db);
  stop();
  expect(seen.filter((state) => !state.startsWith("in_progress"))).toEqual([]);
  expect(await db.mutations.count()).toBe(0);
});

function promise(): { kept: Promise<void>; keep: () => void } {
  let keep = () => {};
  const kept = new Promise<void>((resolve) => {
    keep = resolve;
  });
  return { kept, keep };
}
