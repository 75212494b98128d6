import { describe, expect, it } from "vitest";
import { bestOrder, type Day, EXACT_UP_TO, inOrder, type Stop } from "./dayOrder.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Stops on a line, so many minutes from the start of the day. */
function onALine(minutes: number[], stops: Stop[] = minutes.map(() => ({ durationS: 30 * MINUTE }))): Day {
  const at = (stop: number | null) => (stop === null ? 0 : (minutes[stop] ?? 0));
  const leg = (from: number | null, to: number | null) => {
    const apart = Math.abs(at(from) - at(to));
    return { seconds: apart * MINUTE, metres: apart * 1000 };
  };
  return { stops, leg, leavesAt: 8 * HOUR, earliest: 8 * HOUR };
}

/** Numbers that are the same in each run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function someDay(seed: number, count: number): Day {
  const next = random(seed);
  const places = Array.from({ length: count + 1 }, () => [next() * 40, next() * 40] as const);
  const stops = Array.from({ length: count }, () => ({
    durationS: (10 + Math.floor(next() * 40)) * MINUTE,
    expectedAt: next() < 0.3 ? 8 * HOUR + Math.floor(next() * 6 * HOUR) : undefined,
  }));
  const at = (stop: number | null) => places[stop === null ? count : stop] ?? [0, 0];
  const leg = (from: number | null, to: number | null) => {
    const [a, b] = [at(from), at(to)];
    const seconds = Math.round(Math.hypot(a[0] - b[0], a[1] - b[1]) * MINUTE);
    return { seconds, metres: seconds * 12 };
  };
  return { stops, leg, leavesAt: 8 * HOUR, earliest: 8 * HOUR };
}

function orders(rest: number[]): number[][] {
  if (rest.length === 0) return [[]];
  return rest.flatMap((first) => orders(rest.filter((each) => each !== first)).map((others) => [first, ...others]));
}

describe("the best order of a day", () => {
  it("goes there and back without a detour", () => {
    const { order, travelS, metres } = bestOrder(onALine([30, 10, 20]));
    expect([order.join(), travelS, metres]).toEqual([expect.stringMatching(/0/), 60 * MINUTE, 60_000]);
  });

  it("begins stops at full five minutes, and after the way there", () => {
    const { begins } = inOrder(onALine([7]), [0]);
    expect(begins).toEqual([8 * HOUR + 10 * MINUTE]);
  });

  it("is where it is expected in time, though it is a detour", () => {
    const stops = [{ durationS: HOUR }, { durationS: HOUR, expectedAt: 8 * HOUR + 30 * MINUTE }];
    const { order, lateS, begins } = bestOrder(onALine([10, 30], stops));
    expect([order, lateS, begins[0]]).toEqual([[1, 0], 0, 8 * HOUR + 30 * MINUTE]);
  });

  it("is as little late as can be where it cannot be in time", () => {
    const stops = [0, 1].map(() => ({ durationS: HOUR, expectedAt: 8 * HOUR }));
    expect(bestOrder(onALine([0, 0], stops)).lateS).toBe(HOUR);
  });

  it("has nothing to say of a day without stops", () => {
    expect(bestOrder(onALine([]))).toEqual({ order: [], begins: [], metres: 0, travelS: 0, lateS: 0 });
  });

  it.each(Array.from({ length: 30 }, (_, seed) => seed))("is the best of all orders (%i)", (seed) => {
    const day = someDay(seed, 2 + (seed % 5));
    const all = orders(day.stops.map((_, stop) => stop)).map((order) => inOrder(day, order));
    const found = bestOrder(day);
    const worth = ({ lateS, travelS }: { lateS: number; travelS: number }) => [lateS, travelS];
    const sorted = all.map(worth).sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
    expect(worth(found)).toEqual(sorted[0]);
  });

  it("visits each stop once, also of a day that is too long to be sure of the best", () => {
    const day = someDay(7, EXACT_UP_TO + 5);
    const { order } = bestOrder(day);
    expect([...order].sort((a, b) => a - b)).toEqual(day.stops.map((_, stop) => stop));
  });
});
