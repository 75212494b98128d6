import { beforeEach, expect, test } from "vitest";
import { Database } from "../db/database.ts";
import { getDocument } from "../db/documents.ts";
import type { Id, OfflineMutation, OfflineMutations } from "../db/types.ts";
import { record } from "../sync/outbox.ts";
import { newId } from "./ids.ts";

const ME = newId();
let db: Database;
let product: Id;

beforeEach(async () => {
  db = new Database(`test-${newId()}`);
  product = newId();
  const doc = { id: product, sku: "ESP-1", name: "Espresso 1 kg", unit: "pcs" };
  await db.documents.put({ entity: "product", id: product, rev: 1, buckets: {}, doc });
});

function act<Name extends OfflineMutation>(name: Name, args: OfflineMutations[Name], on = "2026-11-22") {
  return record(db, name, args, { actorId: ME, now: new Date(`${on}T08:00:00Z`) });
}

function wanted(unit_price_minor = 2450) {
  const lines = [{ id: newId(), product_id: product, quantity: 3, unit_price_minor }];
  return { id: newId(), account_id: "hotel", price_list_id: "standard", lines };
}

async function quote() {
  const args = { ...wanted(), valid_until_on: "2026-11-30" };
  await act("quote.write", args);
  return args.id;
}

test("a quote is priced like an order, and open until its last day", async () => {
  const shown = { status: "open", number: null, total_minor: 7350, written_by_id: ME, closed_at: null };
  expect(await getDocument(db, "quote", await quote())).toMatchObject(shown);
  const past = act("quote.write", { ...wanted(), valid_until_on: "2026-11-21" });
  await expect(past).rejects.toThrow("quote.valid_until_past");
});

test("an order accepts it once, and not after its last day", async () => {
  const quote_id = await quote();
  const late = act("order.place", { ...wanted(), quote_id }, "2026-12-01");
  await expect(late).rejects.toThrow("quote.no_longer_valid");
  const order = { ...wanted(), quote_id };
  await act("order.place", order, "2026-11-30");
  expect(await getDocument(db, "order", order.id)).toMatchObject({ quote_id, total_minor: 7350 });
  expect(await getDocument(db, "quote", quote_id)).toMatchObject({ status: "accepted" });
  const again = act("order.place", { ...wanted(), quote_id }, "2026-11-30");
  await expect(again).rejects.toThrow("quote.invalid_transition");
});

test("it is declined with the reason, or withdrawn", async () => {
  const [declined, withdrawn] = [await quote(), await quote()];
  await act("quote.decline", { quote_id: declined, reason: "Too expensive" });
  await act("quote.withdraw", { quote_id: withdrawn });
  expect(await getDocument(db, "quote", declined)).toMatchObject({ status: "declined", close_reason: "Too expensive" });
  expect(await getDocument(db, "quote", withdrawn)).toMatchObject({ status: "withdrawn", close_reason: null });
  await expect(act("quote.withdraw", { quote_id: declined })).rejects.toThrow("quote.invalid_transition");
});
