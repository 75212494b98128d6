import type { Absence, DateOn, Visit, Weekday } from "../../db/types.ts";
import { WEEKDAYS } from "../../rules/weekdays.ts";
import { isAbsent, type Shift } from "../../rules/workingTime.ts";
import type { Holidays } from "../../sync/useHolidays.ts";
import { addDays, dateOn } from "../../ui/format.ts";

export function shiftsOn(shifts: readonly Shift[], weekday: Weekday): Shift[] {
  return shifts.filter((shift) => shift.weekday === weekday).sort((a, b) => a.starts.localeCompare(b.starts));
}

/** A shift to go on with on a weekday: after the last one there is, else as on a usual day. */
export function nextShift(shifts: readonly Shift[], weekday: Weekday): Shift {
  const last = shiftsOn(shifts, weekday).at(-1);
  if (!last) return { weekday, starts: "08:00", ends: "12:00" };
  return { weekday, starts: last.ends < "13:00" ? "13:00" : last.ends, ends: last.ends < "17:00" ? "17:00" : "23:59" };
}

/** Whether the shifts of each day follow one another, and each ends after it starts. */
export function inOrder(shifts: readonly Shift[]): boolean {
  return WEEKDAYS.every((weekday) =>
    shiftsOn(shifts, weekday).every(
      ({ starts, ends }, index, day) =>
        starts !== "" && starts < ends && (index === 0 || day[index - 1]!.ends <= starts),
    ),
  );
}

/** Hours of a week. */
export function hoursOf(shifts: readonly Shift[]): number {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return shifts.reduce((sum, { starts, ends }) => sum + minutes(ends) - minutes(starts), 0) / 60;
}

/** Absences that count and are not over, the first one first. */
export function openAbsences(absences: readonly Absence[], today: DateOn): Absence[] {
  return absences
    .filter(({ withdrawn, ends_on }) => !withdrawn && ends_on >= today)
    .sort((a, b) => a.starts_on.localeCompare(b.starts_on));
}

export interface VisitsWithin {
  /** Of the call cycle, touched by nobody: its next run moves them. */
  moving: number;
  /** Everything else, which stays where it is. */
  staying: number;
}

/** The open visits that lie on the days of an absence, both included. */
export function visitsWithin(
  visits: readonly Visit[],
  { starts_on, ends_on }: Pick<Absence, "starts_on" | "ends_on">,
  timeZone: string,
): VisitsWithin {
  const within = visits.filter(({ status, planned_start_at }) => {
    const day = dateOn(new Date(planned_start_at), timeZone);
    return (status === "planned" || status === "confirmed") && starts_on <= day && day <= ends_on;
  });
  const moving = within.filter(({ generated, status }) => generated && status === "planned").length;
  return { moving, staying: within.length - moving };
}

/** The public holidays from a day on, at most `count`. */
export function holidaysFrom({ items }: Holidays, day: DateOn, count: number): Holidays["items"] {
  return items.filter((holiday) => holiday.day >= day).slice(0, count);
}

export interface DayOff {
  holiday: string | null;
  absent: boolean;
}

/** Why nobody works on a day: the holiday's name, and whether the person is absent. */
export function dayOff(day: DateOn, holidays: Holidays | null | undefined, absences: readonly Absence[]): DayOff {
  return {
    holiday: holidays?.items.find((holiday) => holiday.day === day)?.name ?? null,
    absent: isAbsent(day, absences),
  };
}

/** The days of a period, both included. */
export function lengthOf({ starts_on, ends_on }: Pick<Absence, "starts_on" | "ends_on">): number {
  let days = 1;
  for (let day = starts_on; day < ends_on; day = addDays(day, 1)) days++;
  return days;
}
