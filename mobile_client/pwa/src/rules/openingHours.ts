import type { DateOn } from "../db/types.ts";
import { WEEKDAYS, weekdayOf } from "./weekdays.ts";

/** From a minute of the day to another. */
export type Span = readonly [from: number, to: number];

const DAY_MIN = 24 * 60;

/**
 * When a site is open on a day, of OpenStreetMap's `opening_hours` the form in which nearly all are written: weekdays,
 * times, `off`, `24/7`. `null` where it says more than that: only the server reads all of it. The phone knows no public
 * and school holidays. Without a text it is always open.
 */
export function openSpans(text: string | null, date: DateOn): Span[] | null {
  if (!text?.trim()) return [[0, DAY_MIN]];
  const rules = readRules(text.toLowerCase());
  if (!rules) return null;
  const weekday = weekdayOf(date);
  const today = rulesOn(rules, weekday);
  // What began yesterday evening goes on past midnight, unless today has a rule of its own.
  const late = rulesOn(rules, (weekday + 6) % 7).filter((rule) => today.length === 0 || today.includes(rule));
  const before = late.flatMap(({ times }) => times.map(([, to]): Span => [0, to - DAY_MIN]));
  const own = today.flatMap(({ times }) => times.map(([from, to]): Span => [from, Math.min(to, DAY_MIN)]));
  return merged([...before, ...own].filter(([from, to]) => from < to));
}

interface Rule {
  weekdays: ReadonlySet<number>;
  /** None: closed. The end is past midnight where it is above 24 hours. */
  times: Span[];
  /** Besides what was said of the same day before, which it otherwise replaces. */
  adds: boolean;
}

/** The last rule for a weekday, with those that add to it. */
function rulesOn(rules: readonly Rule[], weekday: number): Rule[] {
  const fitting = rules.filter(({ weekdays }) => weekdays.has(weekday));
  return fitting.slice(
    Math.max(
      0,
      fitting.findLastIndex(({ adds }) => !adds),
    ),
  );
}

const ALWAYS = new Set(WEEKDAYS.keys());
const DAYS = String.raw`(?:(?:mo|tu|we|th|fr|sa|su|ph|sh)(?:\s*-\s*(?:mo|tu|we|th|fr|sa|su))?)`;
const TIME = String.raw`\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}`;
const RULE = new RegExp(
  String.raw`^(${DAYS}(?:,${DAYS})*)?\s*:?\s*(24/7|off|closed|open|(?:${TIME})(?:\s*,\s*${TIME})*)?$`,
);

function readRules(text: string): Rule[] | null {
  const rules: Rule[] = [];
  for (const part of text.split(";").filter((each) => each.trim())) {
    // "Mo-Fr 08:00-12:00, We 14:00-18:00": after a comma and days another rule begins, which adds to the first.
    const pieces = part.split(/(?<=\d|off|closed)\s*,\s*(?=[a-z])/);
    for (const [number, piece] of pieces.entries()) {
      const [, days, times] = RULE.exec(piece.trim()) ?? [];
      if (days === undefined && times === undefined) return null;
      const weekdays = days === undefined ? ALWAYS : readDays(days);
      rules.push({ weekdays, times: readTimes(times), adds: number > 0 });
    }
  }
  return rules;
}

function readDays(text: string): Set<number> {
  const found = new Set<number>();
  for (const range of text.split(",")) {
    const [first = -1, last = first] = range
      .split("-")
      .map((day) => (WEEKDAYS as readonly string[]).indexOf(day.trim()));
    for (let day = first; day >= 0; day = (day + 1) % 7) {
      found.add(day);
      if (day === last) break;
    }
  }
  return found;
}

function readTimes(text: string | undefined): Span[] {
  if (text === "off" || text === "closed") return [];
  if (text === undefined || text === "24/7" || text === "open") return [[0, DAY_MIN]];
  return text.split(",").map((span) => {
    const [from = 0, to = 0] = span.split("-").map(minutesOf);
    return [from, to > from ? to : to + DAY_MIN];
  });
}

/** The minutes from midnight to a time such as `08:30`. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function merged(spans: Span[]): Span[] {
  const found: Span[] = [];
  for (const [from, to] of spans.sort(([one], [other]) => one - other)) {
    const last = found.at(-1);
    if (last && from <= last[1]) found[found.length - 1] = [last[0], Math.max(last[1], to)];
    else found.push([from, to]);
  }
  return found;
}
