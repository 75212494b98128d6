import type { Leg } from "./travel.ts";

/** Somewhere to go. Times are in seconds of any clock. */
export interface Stop {
  durationS: number;
  /** When somebody expects the person there: later is late, earlier means waiting. */
  expectedAt?: number | undefined;
}

export interface Day {
  stops: readonly Stop[];
  /** The way from one stop to another, by their numbers; null from where the day begins, and to where it ends. */
  leg: (from: number | null, to: number | null) => Leg;
  /** When the person can leave; no stop begins before `earliest`. */
  leavesAt: number;
  earliest: number;
}

export interface Order {
  /** The stops' numbers, in the order in which they are visited. */
  order: number[];
  /** When each of `order` begins. */
  begins: number[];
  metres: number;
  travelS: number;
  /** Seconds of lateness, summed over those who expect the person. */
  lateS: number;
}

/** Up to so many stops the order is the best there is; of more, the best that was found. */
export const EXACT_UP_TO = 13;
const BEAM = 3_000;

/** A way through some of the stops, the last of which is `last`. */
interface Partial {
  last: number;
  visited: number;
  free: number;
  lateS: number;
  travelS: number;
  before: Partial | null;
}

/**
 * The order with the least lateness and, among those, the least time on the road (dynamic programming over the sets of
 * stops, after Held and Karp 1962, with the partial ways that are not worse in every respect).
 */
export function bestOrder(day: Day): Order {
  const count = day.stops.length;
  if (count === 0) return inOrder(day, []);
  let ways: (Partial | null)[] = [null];
  for (let length = 0; length < count; length++) {
    const reached = new Map<number, Partial[]>();
    for (const way of ways) {
      for (let next = 0; next < count; next++) {
        if (way && way.visited & (1 << next)) continue;
        const longer = extend(day, way, next);
        const place = longer.visited * count + next;
        const rivals = reached.get(place) ?? [];
        if (rivals.some((rival) => isAsGood(rival, longer))) continue;
        reached.set(place, [...rivals.filter((rival) => !isAsGood(longer, rival)), longer]);
      }
    }
    ways = [...reached.values()].flat();
    if (count > EXACT_UP_TO) ways = (ways as Partial[]).sort(compare).slice(0, BEAM);
  }
  const ends = (ways as Partial[]).map((way) => {
    const home = day.leg(way.last, null).seconds;
    return { way, lateS: way.lateS, travelS: way.travelS + home, free: way.free + home };
  });
  const best = ends.reduce((one, other) => (compare(one, other) <= 0 ? one : other));
  const order: number[] = [];
  for (let way: Partial | null = best.way; way; way = way.before) order.unshift(way.last);
  return inOrder(day, order);
}

/** What comes of visiting the stops in this order. */
export function inOrder(day: Day, order: readonly number[]): Order {
  let way: Partial | null = null;
  let metres = 0;
  const begins = [];
  for (const next of order) {
    metres += day.leg(way?.last ?? null, next).metres;
    way = extend(day, way, next);
    begins.push(way.free - (day.stops[next]?.durationS ?? 0));
  }
  const home = way ? day.leg(way.last, null) : { metres: 0, seconds: 0 };
  return {
    order: [...order],
    begins,
    metres: metres + home.metres,
    travelS: (way?.travelS ?? 0) + home.seconds,
    lateS: way?.lateS ?? 0,
  };
}

const STEP_S = 300;

function extend(day: Day, way: Partial | null, next: number): Partial {
  const { durationS, expectedAt } = day.stops[next] as Stop;
  const { seconds } = day.leg(way?.last ?? null, next);
  const arrives = (way?.free ?? day.leavesAt) + seconds;
  // Nobody plans 09:07.
  const ready = Math.ceil(Math.max(arrives, day.earliest) / STEP_S) * STEP_S;
  const begins = expectedAt === undefined ? ready : Math.max(arrives, expectedAt);
  return {
    last: next,
    visited: (way?.visited ?? 0) | (1 << next),
    free: begins + durationS,
    lateS: (way?.lateS ?? 0) + (expectedAt === undefined ? 0 : begins - expectedAt),
    travelS: (way?.travelS ?? 0) + seconds,
    before: way,
  };
}

type Worth = Pick<Partial, "lateS" | "travelS" | "free">;

function isAsGood(one: Worth, other: Worth): boolean {
  return one.lateS <= other.lateS && one.travelS <= other.travelS && one.free <= other.free;
}

function compare(one: Worth, other: Worth): number {
  return one.lateS - other.lateS || one.travelS - other.travelS || one.free - other.free;
}
