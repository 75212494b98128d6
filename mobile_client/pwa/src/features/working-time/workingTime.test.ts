import { expect, test } from "vitest";
import type { Absence, Visit } from "../../db/types.ts";
import { USUAL_WEEK } from "../../rules/workingTime.ts";
import type { Holidays } from "../../sync/useHolidays.ts";
import {
  dayOff,
  holidaysFrom,
  hoursOf,
  inOrder,
  lengthOf,
  nextShift,
  openAbsences,
  visitsWithin,
} from "./workingTime.ts";

const VADUZ = "Europe/Vaduz";

function absence(starts_on: string, ends_on: string, withdrawn = false): Absence {
  return { id: starts_on, user_id: "me", starts_on, ends_on, withdrawn } as Absence;
}

test("whose week nobody has set works forty hours", () => {
  expect(hoursOf(USUAL_WEEK)).toBe(40);
});

test("shifts of a day follow one another, and each ends after it starts", () => {
  const morning = { weekday: "mo", starts: "08:00", ends: "12:00" } as const;
  expect(inOrder(USUAL_WEEK)).toBe(true);
  expect(inOrder([morning, { ...morning, starts: "11:00", ends: "14:00" }])).toBe(false);
  expect(inOrder([{ ...morning, ends: "08:00" }])).toBe(false);
  expect(inOrder([{ ...morning, starts: "" }])).toBe(false);
  expect(inOrder([])).toBe(true);
});

test("more hours begin where a day's hours end", () => {
  const morning = { weekday: "sa", starts: "08:00", ends: "12:00" } as const;
  const afternoon = { weekday: "sa", starts: "13:00", ends: "17:00" } as const;
  expect(nextShift([], "sa")).toEqual(morning);
  expect(nextShift([morning], "sa")).toEqual(afternoon);
  expect(nextShift([morning, afternoon], "sa")).toEqual({ weekday: "sa", starts: "17:00", ends: "23:59" });
});

test("absences that are over or withdrawn are not shown", () => {
  const today = absence("2026-11-20", "2026-11-22");
  const later = absence("2026-12-24", "2026-12-31");
  const shown = openAbsences(
    [later, absence("2026-11-01", "2026-11-21"), today, absence("2026-12-01", "2026-12-02", true)],
    "2026-11-22",
  );
  expect(shown).toEqual([today, later]);
});

test("both days of an absence count", () => {
  expect(lengthOf(absence("2026-12-24", "2026-12-24"))).toBe(1);
  expect(lengthOf(absence("2026-12-24", "2027-01-02"))).toBe(10);
});

test("what an absence does to visits: the cycle's own move, the others stay", () => {
  const visit = (planned_start_at: string, status: Visit["status"], generated: boolean) =>
    ({ planned_start_at, status, generated }) as Visit;
  const visits = [
    // Midnight in Vaduz is an hour before that of UTC.
    visit("2026-12-23T23:30:00Z", "planned", true),
    visit("2026-12-24T09:00:00Z", "planned", false),
    visit("2026-12-24T10:00:00Z", "confirmed", true),
    visit("2026-12-24T11:00:00Z", "completed", true),
    visit("2026-12-25T09:00:00Z", "planned", true),
  ];
  expect(visitsWithin(visits, absence("2026-12-24", "2026-12-24"), VADUZ)).toEqual({ moving: 1, staying: 2 });
});

test("a day off has its holiday's name, and says whether the person is away", () => {
  const holidays: Holidays = {
    country: "LI",
    subdivision: null,
    subdivisions: [],
    items: [
      { day: "2026-12-08", name: "Immaculate Conception" },
      { day: "2026-12-25", name: "Christmas Day" },
    ],
  };
  const away = [absence("2026-12-24", "2026-12-25"), absence("2026-12-01", "2026-12-09", true)];
  expect(dayOff("2026-12-25", holidays, away)).toEqual({ holiday: "Christmas Day", absent: true });
  expect(dayOff("2026-12-08", holidays, away)).toEqual({ holiday: "Immaculate Conception", absent: false });
  expect(dayOff("2026-12-24", null, away)).toEqual({ holiday: null, absent: true });
  expect(holidaysFrom(holidays, "2026-12-09", 5)).toEqual([{ day: "2026-12-25", name: "Christmas Day" }]);
});
