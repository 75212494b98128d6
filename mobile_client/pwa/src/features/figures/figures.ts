import type { components } from "../../api/schema.d.ts";
import type { DateOn, Id } from "../../db/types.ts";
import { addDays } from "../../ui/format.ts";

/** What the figures are, of which time, and how two are compared. No database, no clock. */

export type Row = components["schemas"]["FiguresRow"];

export type Unit = "percent" | "number" | "count" | "money" | "minutes" | "km";

export interface Figure {
  key: keyof Row & FigureKey;
  unit: Unit;
  /** More is better: a change is good or bad news. Time and ways are neither. */
  better: boolean;
}

export type FigureKey = (typeof KEYS)[number];

const KEYS = [
  "coverage",
  "call_compliance",
  "strike_rate",
  "lines_per_call",
  "drop_size_minor",
  "made",
  "on_site_min",
  "on_road_min",
  "km",
] as const;

const UNITS: Partial<Record<FigureKey, Unit>> = {
  lines_per_call: "number",
  drop_size_minor: "money",
  made: "count",
  on_site_min: "minutes",
  on_road_min: "minutes",
  km: "km",
};

const NEITHER: readonly FigureKey[] = ["on_site_min", "on_road_min", "km"];

export const FIGURES: readonly Figure[] = KEYS.map((key) => ({
  key,
  unit: UNITS[key] ?? "percent",
  better: !NEITHER.includes(key),
}));

export const SPANS = ["week", "month", "quarter", "own"] as const;
export type Span = (typeof SPANS)[number];
export const PERS = ["day", "week", "month", "total"] as const;
export type Per = (typeof PERS)[number];
export type By = "all" | "rep" | "territory";

/** What a person wants to see. It stays the same from day to day: "this week" is another week on Monday. */
export interface Choice {
  span: Span;
  /** How many weeks, months or quarters ago. */
  back: number;
  /** Of dates of one's own, both included. */
  own: Days;
  per: Per;
  by: By;
  /** None means all. */
  repIds: readonly Id[];
  territoryIds: readonly Id[];
}

/** Days, both included. */
export interface Days {
  from: DateOn;
  to: DateOn;
}

/** How finely a span is cut unless the person says otherwise. */
export const USUAL_PER: Record<Span, Per> = { week: "day", month: "week", quarter: "month", own: "total" };

/** The days of a choice up to today, and as many of the span before. */
export function daysOf(choice: Choice, today: DateOn): { now: Days; before: Days } {
  if (choice.span === "own") {
    const length = between(choice.own.from, choice.own.to);
    return {
      now: choice.own,
      before: { from: addDays(choice.own.from, -length - 1), to: addDays(choice.own.from, -1) },
    };
  }
  const from = beginOf(choice.span, today, -choice.back);
  const end = addDays(beginOf(choice.span, today, 1 - choice.back), -1);
  const begin = beginOf(choice.span, today, -choice.back - 1);
  // Of a span that is under way as much of the one before counts as has gone by of it.
  if (end <= today) return { now: { from, to: end }, before: { from: begin, to: addDays(from, -1) } };
  const last = addDays(begin, between(from, today));
  return { now: { from, to: today }, before: { from: begin, to: last < from ? last : addDays(from, -1) } };
}

function between(from: DateOn, to: DateOn): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** The first day of the week, month or quarter that lies so many after today's. */
function beginOf(span: "week" | "month" | "quarter", today: DateOn, later: number): DateOn {
  const day = new Date(`${today}T00:00:00Z`);
  if (span === "week") return addDays(today, 7 * later - ((day.getUTCDay() + 6) % 7));
  const months = span === "month" ? 1 : 3;
  const month = Math.floor(day.getUTCMonth() / months) * months + months * later;
  return new Date(Date.UTC(day.getUTCFullYear(), month, 1)).toISOString().slice(0, 10);
}

/** What to ask the server. */
export function pathOf(choice: Choice, { from, to }: Days, { per, by }: { per: Per; by: By }): string {
  const query = new URLSearchParams({ from, to, per, by });
  for (const id of choice.repIds) query.append("rep_id", id);
  for (const id of choice.territoryIds) query.append("territory_id", id);
  return `/figures?${query}`;
}

/** What tells choices apart. */
export function keyOf({ span, back, own, per, by, repIds, territoryIds }: Choice): string {
  return JSON.stringify([span, span === "own" ? own : back, per, by, [...repIds].sort(), [...territoryIds].sort()]);
}

export interface Change {
  /** In points of a percent for rates, else a share of what it was. */
  by: number;
  inPoints: boolean;
  news: "good" | "bad" | "neutral";
}

/** How a figure differs from the one before; null where there is nothing to compare. */
export function changeOf(figure: Figure, now: number | null, before: number | null): Change | null {
  if (now === null || before === null) return null;
  const inPoints = figure.unit === "percent";
  if (!inPoints && before === 0) return null;
  const by = inPoints ? now - before : (now - before) / before;
  // What would be written as nothing is nothing: a tenth of a point, a percent.
  const none = Math.abs(by) < (inPoints ? 0.0005 : 0.005);
  return { by: none ? 0 : by, inPoints, news: none || !figure.better ? "neutral" : by > 0 ? "good" : "bad" };
}

export interface Sorting {
  /** `what` is the period and the name. */
  column: FigureKey | "what";
  descending: boolean;
}

/** The rows in another order. What has no value comes last, whichever way. */
export function sorted(rows: readonly Row[], { column, descending }: Sorting): Row[] {
  const turn = descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const byWhat = one.period_on.localeCompare(other.period_on) || (one.name ?? "").localeCompare(other.name ?? "");
    if (column === "what") return turn * byWhat;
    const [a, b] = [one[column], other[column]];
    if (a === null || b === null) return Number(a === null) - Number(b === null) || byWhat;
    return turn * (a - b) || byWhat;
  });
}

/** The next sorting when a column's head is pressed: figures begin with the largest. */
export function pressed(sorting: Sorting, column: Sorting["column"]): Sorting {
  if (sorting.column === column) return { column, descending: !sorting.descending };
  return { column, descending: column !== "what" };
}
