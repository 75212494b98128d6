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

/** When somebody works of whom nothing else is known, on Monday to Friday. */
const USUAL_DAY: Span[] = [
  [8 * 60, 12 * 60],
  [13 * 60, 17 * 60],
];

/**
 * When a person works on a day, in minutes of the organisation's clocks: nothing when absent. `week` is null where
 * nobody has set one. The phone knows no public holidays.
 */
export function worksOn(
  day: DateOn,
  week: Pick<WorkingWeek, "shifts"> | null,
  absences: readonly Pick<Absence, "starts_on" | "ends_on" | "withdrawn">[],
): Span[] {
  if (absences.some((one) => !one.withdrawn && one.starts_on <= day && day <= one.ends_on)) return [];
  const number = weekdayOf(day);
  if (!week) return number < 5 ? USUAL_DAY : [];
  return week.shifts
    .filter(({ weekday }) => weekday === WEEKDAYS[number])
    .map(({ starts, ends }) => [minutesOf(starts), minutesOf(ends)]);
}
