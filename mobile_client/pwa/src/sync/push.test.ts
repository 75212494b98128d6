import { beforeEach, expect, test } from "vitest";
import type { Database } from "../db/database.ts";
import { getDocument } from "../db/documents.ts";
import type { OfflineMutation } from "../db/types.ts";
import { newId } from "../rules/ids.ts";
import { ME, plannedVisit, reopened, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { discard, record, sendAgain } from "./outbox.ts";
import { pull } from "./pull.ts";
import { push, ServerBusy } from "./push.ts";

const ACCOUNT = "0198c000-0000-7000-8000-0000000000a1";
const PRODUCT = "0198c000-0000-7000-8000-0000000000c1";
const PRICE_LIST = "0198c000-0000-7000-8000-0000000000d1";

let server: ProtocolServer;
let db: Database;

beforeEach(async () => {
  server = new ProtocolServer();
  server.write("product", { id: PRODUCT, sku: "ESP-1", name: "Espresso 1 kg", unit: "bag" });
  server.write("price_list", { id: PRICE_LIST, name: "List", currency: "CHF" });
  server.handlers.set("order.place", (args) => ({
    write: [{ entity: "order", doc: { ...(args as { id: string }), number: "SO-1", status: "placed" } }],
    refs: { order: { id: args.id, number: "SO-1" } },
  }));
  server.handlers.set("visit.check_in", (args) => ({
    write: [
      {
        entity: "visit",
        doc: { ...plannedVisit(), ...server.doc(args.visit_id as string), status: "in_progress", version: 2 } as never,
      },
    ],
  }));
  db = await signedInPhone(server);
  await pull(db);
});

async function placeOrder(id = newId()): Promise<{ id: string; mutation: string }> {
  const lines = [{ id: newId(), product_id: PRODUCT, quantity: 3, unit_price_minor: 1890 }];
  const args = { id, account_id: ACCOUNT, price_list_id: PRICE_LIST, lines };
  return { id, mutation: await record(db, "order.place", args, { actorId: ME }) };
}

async function plannedHere(): Promise<string> {
  const visit = plannedVisit();
  server.write("visit", visit);
  await pull(db);
  return visit.id;
}

const checkIn = (visit_id: string) => record(db, "visit.check_in", { visit_id }, { actorId: ME });
const states = async () => (await db.mutations.orderBy("position").toArray()).map(({ state }) => state);

test("an order shows at once, with its lines named and its total", async () => {
  const { id } = await placeOrder();
  expect(await getDocument(db, "order", id)).toMatchObject({
    status: "placed",
    number: null,
    currency: "CHF",
    total_minor: 5670,
    lines: [{ sku: "ESP-1", name: "Espresso 1 kg", unit: "bag", total_minor: 5670 }],
  });
});

test("what was done off line is there after the browser was killed", async () => {
  const { id } = await placeOrder();
  db = await reopened(db);
  expect(await getDocument(db, "order", id)).toMatchObject({ total_minor: 5670 });
  expect(await states()).toEqual(["unsent"]);
});

test("an order whose answer was lost is pushed again and exists once", async () => {
  const { id } = await placeOrder();
  server.loseNextAnswer();
  await expect(push(db)).rejects.toThrow("cannot be reached");
  await push(db);
  await pull(db);
  expect(server.effects).toHaveLength(1);
  expect(await getDocument(db, "order", id)).toMatchObject({ number: "SO-1" });
  expect(await states()).toEqual([]);
});

test("a lost answer is learned from the next pull as well", async () => {
  await placeOrder();
  server.loseNextAnswer();
  await expect(push(db)).rejects.toThrow();
  await pull(db);
  expect(await states()).toEqual([]);
});

test("the number that the server gave shows before it is pulled", async () => {
  const { id } = await placeOrder();
  await push(db);
  expect(await getDocument(db, "order", id)).toMatchObject({ number: "SO-1", total_minor: 5670 });
  expect(await states()).toEqual(["awaiting"]);
});

test("I6: a change does not flicker away between its push and its pull", async () => {
  const visit = await plannedHere();
  await checkIn(visit);
  await push(db);
  expect(await getDocument(db, "visit", visit)).toMatchObject({ status: "in_progress" });
  await pull(db);
  expect(await getDocument(db, "visit", visit)).toMatchObject({ status: "in_progress", version: 2 });
});

test("pending changes lie on top of newer documents from the server", async () => {
  const visit = await plannedHere();
  await checkIn(visit);
  server.write("visit", plannedVisit({ id: visit, notes: "Ring twice.", version: 2 }));
  await pull(db);
  expect(await getDocument(db, "visit", visit)).toMatchObject({ status: "in_progress", notes: "Ring twice." });
});

test("an action that a rule refuses leaves nothing behind", async () => {
  const visit = await plannedHere();
  await checkIn(visit);
  await expect(checkIn(visit)).rejects.toThrow("visit.invalid_transition");
  expect(await states()).toEqual(["unsent"]);
});

test("one refusal neither undoes nor blocks its neighbours", async () => {
  const [first, second] = [await plannedHere(), await plannedHere()];
  await checkIn(first);
  await placeOrder();
  await checkIn(second);
  server.handlers.set("order.place", () => ({ reject: "order.product_withdrawn" }));
  await push(db);
  expect(await states()).toEqual(["awaiting", "rejected", "awaiting"]);
});

test("a refused order stays visible with the reason until it is discarded", async () => {
  server.handlers.set("order.place", () => ({ reject: "order.product_withdrawn" }));
  const { id, mutation } = await placeOrder();
  await push(db);
  await pull(db);
  expect(await getDocument(db, "order", id)).toMatchObject({ total_minor: 5670 });
  expect((await db.mutations.get({ id: mutation }))?.result).toMatchObject({ code: "order.product_withdrawn" });
  await discard(db, mutation);
  expect(await getDocument(db, "order", id)).toBeNull();
});

test("a refused change of a record on the server shows the server's record again", async () => {
  const visit = await plannedHere();
  server.handlers.set("visit.check_in", () => ({ reject: "visit.invalid_transition" }));
  await checkIn(visit);
  await push(db);
  expect(await getDocument(db, "visit", visit)).toMatchObject({ status: "planned" });
});

test("a mended order replaces the refused one", async () => {
  server.handlers.set("order.place", () => ({ reject: "order.product_withdrawn" }));
  const { id, mutation } = await placeOrder();
  await push(db);
  const lines = [{ id: newId(), product_id: PRODUCT, quantity: 1, unit_price_minor: 1890 }];
  const args = { id, account_id: ACCOUNT, price_list_id: PRICE_LIST, lines };
  await record(db, "order.place", args, { actorId: ME, replaces: mutation });
  expect(await getDocument(db, "order", id)).toMatchObject({ total_minor: 1890 });
  expect(await states()).toEqual(["unsent"]);
});

test("a refused order that is sent again is a new mutation with the next number", async () => {
  const place = server.handlers.get("order.place");
  server.handlers.set("order.place", () => ({ reject: "order.price_changed" }));
  const { id, mutation } = await placeOrder();
  await push(db);
  if (place) server.handlers.set("order.place", place);
  await sendAgain(db, mutation);
  await push(db);
  await pull(db);
  expect(await getDocument(db, "order", id)).toMatchObject({ number: "SO-1" });
  expect(server.nextSeq).toBe(3);
});

test("what is not sent yet cannot be discarded: it may have arrived", async () => {
  const { mutation } = await placeOrder();
  await discard(db, mutation);
  expect(await states()).toEqual(["unsent"]);
});

test("after a retry the rest waits in order", async () => {
  const first = await plannedHere();
  await checkIn(first);
  const { id } = await placeOrder();
  server.handlers.set("order.place", () => "retry");
  await expect(push(db)).rejects.toThrow(ServerBusy);
  expect(await states()).toEqual(["awaiting", "unsent"]);
  expect(await getDocument(db, "order", id)).not.toBeNull();
});

test("I7: a mutation that the server cannot read is set aside and blocks nobody", async () => {
  const visit = await plannedHere();
  await placeOrder();
  await record(db, "visit.confirm", { visit_id: visit }, { actorId: ME });
  const [, unreadable] = await db.mutations.orderBy("position").toArray();
  if (unreadable) await db.mutations.update(unreadable.position, { name: "unreadable" as OfflineMutation });
  await placeOrder();
  await push(db);
  expect(await states()).toEqual(["awaiting", "rejected", "awaiting"]);
});

test("more than a batch goes out in several pushes", async () => {
  for (let count = 0; count < 201; count += 1) await placeOrder();
  await push(db);
  expect(server.effects).toHaveLength(201);
  expect(server.asked.get("/api/v1/sync/push")).toBe(2);
});

test("a server restored from a backup gets what it forgot again, once each", async () => {
  const orders = [await placeOrder(), await placeOrder()];
  await push(db);
  server.nextSeq = 1;
  server.forgetReceipts();
  server.effects.length = 0;
  orders.push(await placeOrder());
  await push(db);
  expect(server.effects).toEqual(orders.map(({ mutation }) => mutation));
});

test("a merged change is applied and waits to be read", async () => {
  const visit = await plannedHere();
  server.handlers.set("visit.update", (args) => ({
    write: [{ entity: "visit", doc: { ...server.doc(args.visit_id as string), notes: "theirs" } as never }],
    merged: ["notes"],
  }));
  await record(db, "visit.update", { visit_id: visit, notes: "mine" }, { actorId: ME });
  await push(db);
  await pull(db);
  expect(await states()).toEqual(["merged"]);
  expect(await getDocument(db, "visit", visit)).toMatchObject({ notes: "theirs" });
});

test("what support replays turns from failed into done", async () => {
  const visit = await plannedHere();
  const perform = server.handlers.get("visit.check_in");
  server.handlers.set("visit.check_in", () => "failed");
  const mutation = await checkIn(visit);
  await push(db);
  expect(await states()).toEqual(["failed"]);
  if (perform) server.handlers.set("visit.check_in", perform);
  server.replay(mutation, "visit.check_in", { visit_id: visit });
  await pull(db);
  expect(await states()).toEqual([]);
  expect(await getDocument(db, "visit", visit)).toMatchObject({ status: "in_progress" });
});
