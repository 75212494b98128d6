import type { Absence, DateOn, WorkingWeek } from "../db/types.ts";
import { RuleError } from "./errors.ts";
import { minutesOf, type Span } from "./openingHours.ts";
import { WEEKDAYS, weekdayOf } from "./weekdays.ts";

/**
 * Check the days of an absence. Both are included.
 *
 * @throws RuleError it ends before it starts.
 */
export function checkAbsence({ starts_on, ends_on }: Pick<Absence, "starts_on" | "ends_on">): void {
  if (ends_on < starts_on) throw new RuleError("absence.ends_before_start");
}

export type Shift = WorkingWeek["shifts"][number];

/** When somebody works of whom nothing else is known: as the server takes it. */
export const USUAL_WEEK: readonly Shift[] = WEEKDAYS.slice(0, 5).flatMap((weekday) => [
  { weekday, starts: "08:00", ends: "12:00" },
  { weekday, starts: "13:00", ends: "17:00" },
]);

type Away = Pick<Absence, "starts_on" | "ends_on" | "withdrawn">;

export function isAbsent(day: DateOn, absences: readonly Away[]): boolean {
  return absences.some((one) => !one.withdrawn && one.starts_on <= day && day <= one.ends_on);
}

/**
 * When a person works on a day on which nothing keeps them away, in minutes of the organisation's clocks. `week` is null
 * where nobody has set one.
 */
export function worksOn(day: DateOn, week: Pick<WorkingWeek, "shifts"> | null): Span[] {
  const weekday = WEEKDAYS[weekdayOf(day)];
  return (week?.shifts ?? USUAL_WEEK)
    .filter((shift) => shift.weekday === weekday)
    .map(({ starts, ends }) => [minutesOf(starts), minutesOf(ends)]);
}
