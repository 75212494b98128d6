import { expect, test } from "vitest";
import { backoff, wait } from "./waiting.ts";

test("each failure doubles the wait, up to a minute", () => {
  const longest = [1, 2, 3, 10].map((failures) => backoff(failures, { random: () => 1 }));
  expect(longest).toEqual([2_000, 4_000, 8_000, 60_000]);
});

test("jitter spreads phones over half of the wait", () => {
  expect(backoff(3, { random: () => 0 })).toBe(4_000);
});

test("a wait ends early when something calls for it", async () => {
  const wake = new EventTarget();
  const waiting = wait(60_000, new AbortController().signal, wake, "poke");
  wake.dispatchEvent(new Event("poke"));
  await waiting;
});

test("a wait ends when it is stopped", async () => {
  const stop = new AbortController();
  const waiting = wait(60_000, stop.signal);
  stop.abort();
  await waiting;
});
