import type { Position } from "../db/types.ts";
import type { Preferred } from "./callPlans.ts";
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
  preferred: Preferred;
}

export interface Gap {
  /** Minute of the day. */
  begins: number;
  /** What the way there costs more than the way without it. */
  detour: Leg;
  /** What it costs, in seconds of driving, that the call plan would have another time of day or another weekday. */
  otherTimeS: number;
}

/** When a visit may begin, from a minute of the day to another. */
export interface Window {
  from: number;
  to: number;
  otherTimeS: number;
}

/** What a time of day or a weekday that the call plan does not prefer costs, in seconds of driving. */
const OTHER_TIME_S = 300;
const OTHER_WEEKDAY_S = 900;

/**
 * When a visit may begin in the free time of a day: first as its call plan prefers, then at any time. As the server
 * plans it: the same vectors hold both.
 */
export function windowsOf(
  { preferred, durationMin }: Pick<Call, "preferred" | "durationMin">,
  free: readonly Span[],
): Window[] {
  const weekdayS = preferred.isWeekday ? 0 : OTHER_WEEKDAY_S;
  const windows = (spans: readonly Span[], otherTimeS: number) =>
    spans.flatMap(([from, end]) => (end - from >= durationMin ? [{ from, to: end - durationMin, otherTimeS }] : []));
  return [...windows(common(free, [preferred.times]), weekdayS), ...windows(free, weekdayS + OTHER_TIME_S)];
}

/** Nobody plans 09:07. */
const STEP_MIN = 5;
const NO_WAY: Leg = { metres: 0, seconds: 0 };

/**
 * The gaps of a day into which a visit fits, with the way there and on, the earliest first. In each it begins as early as
 * possible, at a preferred time if there is one.
 */
export function gapsFor({ busy, works, leaves, start, home, profile }: WorkingDay, call: Call): Gap[] {
  const leg = (one: Position | null, other: Position | null) =>
    one && other ? legBetween(one, other, profile) : NO_WAY;
  const inOrder = [...busy].sort((one, other) => one.from - other.from);
  const windows = windowsOf(call, common(works, call.open));
  const gaps: Gap[] = [];
  let before = { to: leaves, place: start };
  for (const after of [...inOrder, null]) {
    const there = leg(before.place, call.place);
    const on = leg(call.place, after ? after.place : home);
    const without = leg(before.place, after ? after.place : home);
    const begins = firstBegin(windows, {
      from: before.to + there.seconds / 60,
      to: after ? after.from - on.seconds / 60 - call.durationMin : Number.POSITIVE_INFINITY,
    });
    if (begins) {
      const detour = {
        metres: there.metres + on.metres - without.metres,
        seconds: there.seconds + on.seconds - without.seconds,
      };
      gaps.push({ ...begins, detour });
    }
    if (after) before = { to: Math.max(before.to, after.to), place: after.place };
  }
  return gaps;
}

/** The earliest begin in the first window that has one. */
function firstBegin(windows: readonly Window[], gap: { from: number; to: number }): Omit<Gap, "detour"> | null {
  for (const { from, to, otherTimeS } of windows) {
    const begins = Math.ceil(Math.max(gap.from, from) / STEP_MIN) * STEP_MIN;
    if (begins <= Math.min(gap.to, to)) return { begins, otherTimeS };
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
const POINTS_PER_SECOND = 1 / 3600;

/**
 * Which visits to make in the gaps of a day, all of which fit together: again and again the one whose score exceeds most
 * the time that it costs. `score` of whoever is wanted is that of "who next".
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
  return wanted.score - (gap.detour.seconds + gap.otherTimeS) * POINTS_PER_SECOND;
}
