import { expect, it } from "vitest";
import type { Product } from "../../db/types.ts";
import { searchParts, withPart } from "./parts.ts";

const seal = { id: "seal", name: "Dichtung Brühgruppe", sku: "P-100" };
const pump = { id: "pump", name: "Pumpe", sku: "P-200" };

it("adds a part, changes how many, and takes it out", () => {
  const one = withPart([], seal, 1);
  expect(one).toMatchObject([{ product_id: "seal", quantity: 1 }]);
  expect(withPart(one, seal, 2)).toMatchObject([{ product_id: "seal", quantity: 2 }]);
  expect(withPart(one, seal, 0)).toEqual([]);
});

it("keeps the other parts", () => {
  const both = withPart(withPart([], seal, 1), pump, 1);
  expect(withPart(both, seal, 0)).toMatchObject([{ product_id: "pump" }]);
});

it("finds a part by name or number", () => {
  const parts = [seal, pump] as Product[];
  expect(searchParts(parts, "bruhgruppe")).toEqual([seal]);
  expect(searchParts(parts, "p-2")).toEqual([pump]);
});
