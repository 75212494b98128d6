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

type Shifts = WorkingWeek["shifts"];

/** When somebody works of whom nothing else is known. */
export const USUAL_WEEK: Readonly<Shifts> = WEEKDAYS.slice(0, 5).flatMap((weekday) => [
  { weekday, starts: "08:00", ends: "12:00" },
  { weekday, starts: "13:00", ends: "17:00" },
]);

type Away = Pick<Absence, "starts_on" | "ends_on" | "withdrawn">;

export function isAbsent(day: DateOn, absences: readonly Away[]): boolean {
  return absences.some((one) => !one.withdrawn && one.starts_on <= day && day <= one.ends_on);
}

/**
 * When a person works on a day, in minutes of the organisation's clocks: nothing when absent. `week` is null where
 * nobody has set one. The phone knows no public holidays.
 */
export function worksOn(day: DateOn, week: Pick<WorkingWeek, "shifts"> | null, absences: readonly Away[]): Span[] {
  if (isAbsent(day, absences)) return [];
  const today = WEEKDAYS[weekdayOf(day)];
  return (week?.shifts ?? USUAL_WEEK)
    .filter(({ weekday }) => weekday === today)
    .map(({ starts, ends }) => [minutesOf(starts), minutesOf(ends)]);
}
