import { beforeEach, expect, test } from "vitest";
import { Database } from "../db/database.ts";
import { getDocument, listDocuments } from "../db/documents.ts";
import type { Appointment, OfflineMutation, OfflineMutations } from "../db/types.ts";
import { record } from "../sync/outbox.ts";
import { newId } from "./ids.ts";

const ME = newId();
const SITE = newId();
const ACCOUNT = newId();
const GASKET = newId();

let db: Database;
let minute = 0;

beforeEach(async () => {
  db = new Database(`test-${newId()}`);
  minute = 0;
  await here("site", { id: SITE, account_id: ACCOUNT, name: "Kitchen" });
  await here("product", { id: GASKET, sku: "GSK", name: "Gasket", unit: "piece" });
});

async function here(entity: "site" | "product" | "user", doc: { id: string; [field: string]: unknown }): Promise<void> {
  await db.documents.put({ entity, id: doc.id, rev: 1, buckets: { org: 1 }, doc });
}

/** One minute later each time. */
function act<Name extends OfflineMutation>(name: Name, args: OfflineMutations[Name]): Promise<string> {
  minute += 1;
  return record(db, name, args, { actorId: ME, now: new Date(Date.UTC(2026, 10, 22, 8, minute)) });
}

async function dispatchedJob(): Promise<{ appointment_id: string; work_order_id: string }> {
  const [work_order_id, appointment_id] = [newId(), newId()];
  await act("work_order.create", {
    id: work_order_id,
    appointment_id,
    site_id: SITE,
    title: "Leaks",
    duration_min: 45,
  });
  const slot = await db.documents.get(["appointment", appointment_id]);
  if (slot) await db.documents.put({ ...slot, base: undefined as never, doc: { ...slot.doc, status: "dispatched" } });
  await db.mutations.clear();
  await db.documents.toCollection().modify((row) => {
    delete row.base;
  });
  return { appointment_id, work_order_id };
}

const appointment = (id: string) => getDocument(db, "appointment", id) as Promise<Appointment>;

test("a new job brings its first, unscheduled appointment", async () => {
  const [id, appointment_id] = [newId(), newId()];
  await act("work_order.create", { id, appointment_id, site_id: SITE, title: "Leaks" });
  expect(await getDocument(db, "work_order", id)).toMatchObject({
    status: "open",
    account_id: ACCOUNT,
    priority: "normal",
  });
  expect(await appointment(appointment_id)).toMatchObject({
    status: "unscheduled",
    work_order_id: id,
    account_id: ACCOUNT,
  });
});

test("a technician takes a job from accept to complete without signal", async () => {
  const { appointment_id, work_order_id } = await dispatchedJob();
  await act("appointment.accept", { appointment_id });
  await act("appointment.travel", { appointment_id });
  expect(await getDocument(db, "work_order", work_order_id)).toMatchObject({ status: "in_progress" });
  await act("appointment.start", { appointment_id, position: { lat: 47.14, lng: 9.52, accuracy_m: 8 } });
  await act("appointment.complete", {
    appointment_id,
    notes: "New gasket.",
    parts: [{ id: newId(), product_id: GASKET, quantity: 2 }],
  });
  const done = await appointment(appointment_id);
  expect(done).toMatchObject({
    status: "completed",
    accepted_at: "2026-11-22T08:02:00.000Z",
    finished_at: "2026-11-22T08:05:00.000Z",
    notes: "New gasket.",
    parts: [{ sku: "GSK", name: "Gasket", quantity: 2 }],
  });
  expect(done.transitions.map(({ to }) => to)).toEqual(["accepted", "traveling", "in_progress", "completed"]);
  expect(done.transitions[2]).toMatchObject({ actor_id: ME, position: { lat: 47.14 } });
  expect(await getDocument(db, "work_order", work_order_id)).toMatchObject({ status: "completed" });
});

test("a job done in part leaves the rest to be planned", async () => {
  const { appointment_id, work_order_id } = await dispatchedJob();
  const next_appointment_id = newId();
  await act("appointment.start", { appointment_id });
  await act("appointment.complete_partially", { appointment_id, next_appointment_id, reason: "Part missing" });
  expect(await appointment(next_appointment_id)).toMatchObject({
    status: "unscheduled",
    work_order_id,
    duration_min: 45,
  });
  expect(await getDocument(db, "work_order", work_order_id)).toMatchObject({ status: "open" });
  expect(await listDocuments(db, "appointment", { work_order_id })).toHaveLength(2);
});

test("a pause keeps its reason until work goes on", async () => {
  const { appointment_id } = await dispatchedJob();
  await act("appointment.start", { appointment_id });
  await act("appointment.pause", { appointment_id, reason: "Lunch" });
  expect(await appointment(appointment_id)).toMatchObject({ status: "paused", reason: "Lunch" });
  await act("appointment.resume", { appointment_id });
  expect(await appointment(appointment_id)).toMatchObject({ status: "in_progress", reason: null });
});

test("an order without lines is not taken", async () => {
  const order = { id: newId(), account_id: ACCOUNT, price_list_id: newId(), lines: [] };
  await expect(act("order.place", order)).rejects.toThrow("order.without_lines");
  expect(await db.mutations.count()).toBe(0);
});

test("an order that was shipped cannot be canceled", async () => {
  const id = newId();
  await db.documents.put({
    entity: "order",
    id,
    rev: 1,
    buckets: { "user:me": 1 },
    doc: { id, status: "shipped" },
  });
  await expect(act("order.cancel", { order_id: id, reason: "Changed mind" })).rejects.toThrow(
    "order.invalid_transition",
  );
});

test("a visit planned here belongs to whoever plans it", async () => {
  const id = newId();
  await act("visit.plan", { id, account_id: ACCOUNT, site_id: SITE, planned_start_at: "2026-11-23T08:00:00Z" });
  expect(await getDocument(db, "visit", id)).toMatchObject({ rep_id: ME, status: "planned", duration_min: 30 });
});

test("a change of fields leaves the others alone", async () => {
  await act("site.update", { site_id: SITE, access_notes: "Ring at the back." });
  expect(await getDocument(db, "site", SITE)).toMatchObject({ name: "Kitchen", access_notes: "Ring at the back." });
});

test("a chosen language is on one's own record at once", async () => {
  await here("user", { id: ME, name: "Ada", language: "en" });
  await act("user.set_language", { user_id: ME, language: "de" });
  expect(await getDocument(db, "user", ME)).toMatchObject({ name: "Ada", language: "de" });
});

test("what is not on this phone cannot be acted on", async () => {
  await expect(act("visit.confirm", { visit_id: newId() })).rejects.toThrow("not_on_this_phone");
});
