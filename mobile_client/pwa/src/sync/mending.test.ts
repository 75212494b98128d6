import { beforeEach, expect, test } from "vitest";
import type { Database } from "../db/database.ts";
import { getDocument } from "../db/documents.ts";
import type { Id } from "../db/types.ts";
import { newId } from "../rules/ids.ts";
import { ME, plannedVisit, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { readAttention } from "./attention.ts";
import { record, sendAgain } from "./outbox.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";

const ACCOUNT = newId();
const SITE = newId();

let server: ProtocolServer;
let db: Database;

beforeEach(async () => {
  server = new ProtocolServer();
  server.handlers.set("visit.plan", (args) => ({
    write: [{ entity: "visit", doc: { ...plannedVisit(), ...(args as { id: string }) } }],
  }));
  server.handlers.set("visit.check_in", ({ visit_id }) => {
    const visit = server.doc(visit_id as string);
    if (!visit) return { reject: "sync.depends_on_rejected" };
    return { write: [{ entity: "visit", doc: { ...visit, status: "in_progress" } }] };
  });
  db = await signedInPhone(server);
  await pull(db);
});

const plan = (id: Id, purpose: string, replaces?: Id) =>
  record(
    db,
    "visit.plan",
    { id, account_id: ACCOUNT, site_id: SITE, planned_start_at: "2026-11-22T08:00:00Z", purpose },
    { actorId: ME, replaces },
  );

async function refused(name: "visit.plan"): Promise<void> {
  const perform = server.handlers.get(name);
  server.handlers.set(name, () => ({ reject: "validation.failed", fields: { purpose: ["Is too long."] } }));
  await push(db);
  if (perform) server.handlers.set(name, perform);
}

test("a mended mutation names the one that it mends, and so does one that is sent again as it is", async () => {
  const visit = newId();
  const first = await plan(visit, "too long");
  await refused("visit.plan");
  const second = await plan(visit, "too long still", first);
  await refused("visit.plan");
  await sendAgain(db, second);
  const [third] = await db.mutations.toArray();
  await push(db);
  expect(server.replaced).toEqual([first, second]);
  expect(third).toMatchObject({ replaces: second, state: "unsent" });
});

test("when a refused creation is mended, what was refused only for its sake follows in order", async () => {
  const visit = newId();
  const mutation = await plan(visit, "too long");
  await record(db, "visit.check_in", { visit_id: visit }, { actorId: ME });
  await refused("visit.plan");
  expect((await readAttention(db)).mutations).toHaveLength(2);
  await plan(visit, "short", mutation);
  expect(await getDocument(db, "visit", visit)).toMatchObject({ status: "in_progress", purpose: "short" });
  await push(db);
  await pull(db);
  expect(server.doc(visit)).toMatchObject({ status: "in_progress", purpose: "short" });
  expect(await db.mutations.count()).toBe(0);
});

test("a field that two people changed is told by its conflict, not once more by the mutation", async () => {
  const visit = plannedVisit();
  server.write("visit", visit);
  await pull(db);
  const conflict = { id: newId(), entity: "visit", record_id: visit.id, field: "notes", status: "open", lost_at: "" };
  server.handlers.set("visit.update", () => ({
    write: [
      { entity: "visit", doc: { ...visit, notes: "theirs" } },
      { entity: "conflict", doc: { ...conflict, kept_value: "theirs", lost_value: "mine" }, buckets: ["user:me"] },
    ],
    merged: ["notes"],
  }));
  await record(db, "visit.update", { visit_id: visit.id, notes: "mine" }, { actorId: ME });
  await push(db);
  await pull(db);
  const { mutations, conflicts } = await readAttention(db);
  expect(mutations).toEqual([]);
  expect(conflicts).toMatchObject([{ kept_value: "theirs", lost_value: "mine" }]);
});

test("the value that lost can be brought back without signal", async () => {
  const visit = plannedVisit({ notes: "theirs" });
  const conflict = { id: newId(), entity: "visit", record_id: visit.id, field: "notes", status: "open" };
  server.write("visit", visit);
  server.write("conflict", { ...conflict, kept_value: "theirs", lost_value: "mine" }, ["user:me"]);
  await pull(db);
  server.online = false;
  await record(db, "conflict.restore", { conflict_id: conflict.id }, { actorId: ME });
  expect(await getDocument(db, "visit", visit.id)).toMatchObject({ notes: "mine" });
  expect(await getDocument(db, "conflict", conflict.id)).toMatchObject({ status: "restored" });
  expect((await readAttention(db)).conflicts).toEqual([]);
});
