import { expect, test } from "vitest";
import { texts as german } from "./de.ts";
import { texts as english } from "./en.ts";

function keys(texts: object, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? keys(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

function texts(tree: object): string[] {
  return Object.values(tree).flatMap((value) => (typeof value === "object" && value !== null ? texts(value) : [value]));
}

test("every text exists in both languages", () => {
  expect(keys(german).sort()).toEqual(keys(english).sort());
});

test("no text is empty", () => {
  expect([...texts(english), ...texts(german)].filter((text) => text.trim() === "")).toEqual([]);
});
