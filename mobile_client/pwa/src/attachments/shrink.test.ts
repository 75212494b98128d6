import { expect, test } from "vitest";
import { hexDigest, within } from "./shrink.ts";

test.each([
  { given: { width: 4032, height: 3024 }, expected: { width: 2048, height: 1536 } },
  { given: { width: 3024, height: 4032 }, expected: { width: 1536, height: 2048 } },
  { given: { width: 800, height: 600 }, expected: { width: 800, height: 600 } },
  { given: { width: 100_000, height: 3 }, expected: { width: 2048, height: 1 } },
])("a picture of $given.width × $given.height", ({ given, expected }) => {
  expect(within(given, 2048)).toEqual(expected);
});

test("a content's id is the hex digest of its bytes", async () => {
  expect(await hexDigest(new Blob(["abc"]))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
