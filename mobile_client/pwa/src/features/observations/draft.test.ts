import { expect, test } from "vitest";
import { readAmount, readDraft, said } from "./draft.ts";

test.each([
  ["19.90", 1990],
  ["19,9", 1990],
  [" 7 ", 700],
  ["0.07", 7],
  ["", null],
  ["cheap", undefined],
  ["1.234", undefined],
  ["-3", undefined],
])("“%s” is read as %s", (text, minor) => {
  expect(readAmount(text, 2)).toBe(minor);
});

test("nothing entered says nothing", () => {
  expect(said(readDraft(null, 2), 2)).toEqual({
    product_id: null,
    product: null,
    competitor: null,
    price_minor: null,
    facings: null,
    out_of_stock: false,
    note: null,
  });
});

test("a competitor is said of a competitor only", () => {
  const draft = { ...readDraft(null, 2), competitor: " Bergbohne ", facings: "0", price: "8,50" };
  expect(said(draft, 2)).toMatchObject({ competitor: null, facings: 0, price_minor: 850 });
  expect(said({ ...draft, kind: "competitor" }, 2).competitor).toBe("Bergbohne");
});

test("a currency without decimals has none", () => {
  expect(readAmount("1990", 0)).toBe(1990);
  expect(readAmount("19.9", 0)).toBe(undefined);
});
