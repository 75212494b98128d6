import type { Position } from "../db/types.ts";
import type { Span } from "./openingHours.ts";
import { type Leg, legBetween, type TravelProfile } from "./travel.ts";

/** Somewhere to be, from a minute of the day to another. */
export interface Busy {
  from: number;
  to: number;
  /** Null where nobody knows it: it counts as no way at all. */
  place: Position | null;
}

/** A person's day, in minutes of the organisation's clocks. */
export interface WorkingDay {
  busy: readonly Busy[];
  works: readonly Span[];
  /** When and where the person can set out, and where the day ends. */
  leaves: number;
  start: Position | null;
  home: Position | null;
  profile: TravelProfile;
}

/** A visit that is to be made. */
export interface Call {
  place: Position | null;
  durationMin: number;
  open: readonly Span[];
}

export interface Gap {
  /** Minute of the day. */
  begins: number;
  /** What the way there costs more than the way without it. */
  detour: Leg;
}

/** Nobody plans 09:07. */
const STEP_MIN = 5;
const NO_WAY: Leg = { metres: 0, seconds: 0 };

/** The gaps of a day into which a visit fits, with the way there and on; in each as early as possible, the earliest first. */
export function gapsFor({ busy, works, leaves, start, home, profile }: WorkingDay, call: Call): Gap[] {
  const leg = (one: Position | null, other: Position | null) =>
    one && other ? legBetween(one, other, profile) : NO_WAY;
  const inOrder = [...busy].sort((one, other) => one.from - other.from);
  const gaps: Gap[] = [];
  let before = { to: leaves, place: start };
  for (const after of [...inOrder, null]) {
    const there = leg(before.place, call.place);
    const on = leg(call.place, after ? after.place : home);
    const without = leg(before.place, after ? after.place : home);
    const begins = earliest({
      from: before.to + there.seconds / 60,
      to: after ? after.from - on.seconds / 60 : Number.POSITIVE_INFINITY,
      spans: common(works, call.open),
      durationMin: call.durationMin,
    });
    if (begins !== null) {
      const detour = {
        metres: there.metres + on.metres - without.metres,
        seconds: there.seconds + on.seconds - without.seconds,
      };
      gaps.push({ begins, detour });
    }
    if (after) before = { to: Math.max(before.to, after.to), place: after.place };
  }
  return gaps;
}

function earliest(wanted: { from: number; to: number; spans: readonly Span[]; durationMin: number }): number | null {
  for (const [from, to] of wanted.spans) {
    const begins = Math.ceil(Math.max(wanted.from, from) / STEP_MIN) * STEP_MIN;
    if (begins + wanted.durationMin <= Math.min(wanted.to, to)) return begins;
  }
  return null;
}

function common(some: readonly Span[], others: readonly Span[]): Span[] {
  return some
    .flatMap(([from, to]) => others.map((other): Span => [Math.max(from, other[0]), Math.min(to, other[1])]))
    .filter(([from, to]) => from < to)
    .sort(([one], [other]) => one - other);
}

export interface Offer<Wanted> {
  wanted: Wanted;
  gap: Gap;
}

/** So much travel is taken to be worth it for the worst reason there is: one point of a score is an hour. */
const POINTS_PER_MINUTE = 1 / 60;

/**
 * Which visits to make in the gaps of a day, all of which fit together: again and again the one whose score exceeds the
 * minutes that it costs most. `score` of whoever is wanted is that of "who next".
 */
export function fillGaps<Wanted extends { call: Call; score: number }>(
  day: WorkingDay,
  candidates: readonly Wanted[],
  most: number,
): Offer<Wanted>[] {
  const offers: Offer<Wanted>[] = [];
  let busy = [...day.busy];
  let left = [...candidates];
  while (offers.length < most) {
    const best = left
      .flatMap((wanted) => gapsFor({ ...day, busy }, wanted.call).map((gap) => ({ wanted, gap })))
      .reduce<Offer<Wanted> | null>((one, other) => (one && worth(one) >= worth(other) ? one : other), null);
    if (!best || worth(best) <= 0) break;
    const { call } = best.wanted;
    offers.push(best);
    busy = [...busy, { from: best.gap.begins, to: best.gap.begins + call.durationMin, place: call.place }];
    left = left.filter((wanted) => wanted !== best.wanted);
  }
  return offers.sort((one, other) => one.gap.begins - other.gap.begins);
}

function worth<Wanted extends { score: number }>({ wanted, gap }: Offer<Wanted>): number {
  return wanted.score - (gap.detour.seconds / 60) * POINTS_PER_MINUTE;
}
