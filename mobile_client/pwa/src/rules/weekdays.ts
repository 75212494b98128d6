import type { DateOn, Weekday } from "../db/types.ts";

export const WEEKDAYS: readonly Weekday[] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/** The weekday of a date, 0 for Monday. */
export function weekdayOf(date: DateOn): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}
