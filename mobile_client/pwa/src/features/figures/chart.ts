import type { FigureKey, Row, Unit } from "./figures.ts";

/** What a chart draws, without pixels. */

/** As many lines as eyes can tell apart. */
export const MOST_LINES = 6;

export interface Line {
  name: string;
  /** One value for each of the chart's periods; null where there is none. */
  values: (number | null)[];
}

export interface Bar {
  name: string;
  value: number | null;
}

export type Drawing =
  /** One bar for each rep or territory. */
  | { kind: "bars"; bars: Bar[] }
  /** One column for each period. */
  | { kind: "columns"; periods: string[]; values: (number | null)[] }
  /** One line for each rep or territory, over the periods. `left` are more than can be told apart. */
  | { kind: "lines"; periods: string[]; lines: Line[]; left: number };

/** How rows are drawn: by time if there are several periods, by rep or territory if there are several. */
export function drawingOf(rows: readonly Row[], figure: FigureKey): Drawing {
  const periods = [...new Set(rows.map((row) => row.period_on))].sort();
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = row.rep_id ?? row.territory_id ?? "";
    groups.set(id, [...(groups.get(id) ?? []), row]);
  }
  if (periods.length < 2 && (groups.size > 1 || !groups.has("")))
    return { kind: "bars", bars: rows.map((row) => ({ name: row.name ?? "", value: row[figure] })) };
  const along = (group: readonly Row[]) => {
    const byPeriod = new Map(group.map((row) => [row.period_on, row[figure]]));
    return periods.map((period) => byPeriod.get(period) ?? null);
  };
  if (groups.size < 2) return { kind: "columns", periods, values: along(rows) };
  // Those who did the most lead.
  const made = (group: readonly Row[]) => group.reduce((sum, row) => sum + row.made, 0);
  const busiest = [...groups.values()].sort((one, other) => made(other) - made(one));
  const lines = busiest.slice(0, MOST_LINES).map((group) => ({ name: group[0]?.name ?? "", values: along(group) }));
  lines.sort((one, other) => one.name.localeCompare(other.name));
  return { kind: "lines", periods, lines, left: Math.max(0, groups.size - MOST_LINES) };
}

/** Round values from 0 to at least the largest one, about four steps; minutes in steps of hours or their parts. */
export function ticksTo(largest: number, unit?: Unit): number[] {
  if (unit === "minutes") return ticksTo(largest / 60).map((hours) => hours * 60);
  if (largest <= 0) return [0, 1];
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, number) => Number((number * step).toPrecision(12)));
}
