import { describe, expect, it } from "vitest";
import type { Product } from "../../db/types.ts";
import { buildCatalogue, type Offer, searchOffers } from "./catalogue.ts";
import { EMPTY_DRAFT, refusedLines, review, withQuantity } from "./draft.ts";

function product(id: string, name: string, status: Product["status"] = "active", category_id = "beans"): Product {
  return {
    id,
    sku: `SKU-${id}`,
    name,
    description: null,
    category_id,
    unit: "kg",
    kind: "goods",
    status,
    version: 1,
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
  };
}

const CATEGORIES = [
  { id: "filters", name: "Filters", sort_order: 2 },
  { id: "beans", name: "Beans", sort_order: 1 },
  { id: "empty", name: "Empty", sort_order: 3 },
].map((category) => ({ ...category, version: 1, created_at: "", updated_at: "" }));

const catalogue = buildCatalogue(
  [
    product("espresso", "Espresso Crème"),
    product("old", "Mocca", "withdrawn"),
    product("filter", "Water filter", "active", "filters"),
    product("gift", "Gift box"),
  ],
  CATEGORIES,
  null,
  new Map([
    ["espresso", 1890],
    ["old", 1500],
    ["filter", 4200],
  ]),
);

function offer(id: string): Offer {
  return catalogue.offers.get(id) as Offer;
}

describe("catalogue", () => {
  it("offers what is active and has a price, by category and name", () => {
    expect(catalogue.orderable.map((each) => each.product.id)).toEqual(["espresso", "filter"]);
  });

  it("leaves out categories with nothing to order", () => {
    expect(catalogue.categories.map(({ id }) => id)).toEqual(["beans", "filters"]);
  });

  it("finds by words of name and number, without accents", () => {
    expect(searchOffers(catalogue.orderable, "creme sku", null)).toEqual([offer("espresso")]);
    expect(searchOffers(catalogue.orderable, "", "filters")).toEqual([offer("filter")]);
  });
});

describe("a draft", () => {
  it("adds, changes and takes out a line", () => {
    const three = withQuantity(EMPTY_DRAFT, offer("espresso"), 3);
    expect(review(three, catalogue)).toMatchObject({ total_minor: 5670, orderable: true });
    expect(review(withQuantity(three, offer("espresso"), 5), catalogue).total_minor).toBe(9450);
    expect(withQuantity(three, offer("espresso"), 0).lines).toEqual([]);
  });

  it("is not orderable while it is empty", () => {
    expect(review(EMPTY_DRAFT, catalogue).orderable).toBe(false);
  });

  it("marks a line whose product was withdrawn since, and cannot be ordered with it", () => {
    const reviewed = review(withQuantity(EMPTY_DRAFT, offer("old"), 1), catalogue);
    expect(reviewed).toMatchObject({ lines: [{ problem: "withdrawn" }], total_minor: 0, orderable: false });
  });

  it("marks a price that changed since the customer was told, and counts the present one", () => {
    const draft = { notes: "", lines: [{ id: "l", product_id: "espresso", quantity: 2, told_minor: 1700 }] };
    expect(review(draft, catalogue)).toMatchObject({
      lines: [{ problem: "priceChanged" }],
      total_minor: 3780,
      orderable: true,
    });
  });
});

it("reads which lines the server refused", () => {
  const args = { lines: [{ product_id: "espresso" }, { product_id: "old" }] };
  const result = { fields: { lines: { "1": { product_id: ["Mocca was withdrawn."] } } } };
  const mutation = { args, result } as unknown as Parameters<typeof refusedLines>[0];
  expect(refusedLines(mutation)).toEqual(new Map([["old", "Mocca was withdrawn."]]));
});
