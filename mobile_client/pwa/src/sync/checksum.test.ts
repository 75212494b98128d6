import { expect, test } from "vitest";
import vectors from "../../../../tests/vectors/checksums.json";
import { BucketSums, entryHash } from "./checksum.ts";

test.each(vectors)("$name", ({ given, expect: expected }) => {
  const sums = new BucketSums([]);
  for (const { id, rev } of given.documents) sums.move(id, {}, { org: rev });
  expect(sums.of("org")).toEqual({ bucket: "org", ...expected });
});

test("what leaves a bucket takes its share of the hash with it", () => {
  const sums = new BucketSums([
    { bucket: "org", count: 1, hash: entryHash("00000000-0000-7000-8000-0000000000ff", 3) },
  ]);
  sums.move("00000000-0000-7000-8000-0000000000ff", { org: 3 }, { "user:me": 4 });
  expect(sums.of("org")).toEqual({ bucket: "org", count: 0, hash: 0 });
});
