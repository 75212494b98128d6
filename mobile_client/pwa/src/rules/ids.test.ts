import { expect, test } from "vitest";
import { newId } from "./ids.ts";

test("an id is a UUID version 7 that begins with its time", () => {
  const id = newId(Date.UTC(2026, 10, 22));
  expect(id).toMatch(/^01a2008d-7400-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("later ids sort after earlier ones and no two are alike", () => {
  const ids = Array.from({ length: 1000 }, (_, index) => newId(1_700_000_000_000 + index));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(Array.from({ length: 1000 }, () => newId(1_700_000_000_000))).size).toBe(1000);
});
