import { expect, it } from "vitest";
import type { Appointment, Visit, VisitStatus } from "../../db/types.ts";
import type { AgendaItem } from "../today/agenda.ts";
import { byDay, mayMove, minutesOf, startOn, weekOf } from "./week.ts";

const VADUZ = "Europe/Vaduz";

function visit(startsAt: string, status: VisitStatus = "planned"): AgendaItem {
  const its = { status, duration_min: 30 } as Visit;
  return { kind: "visit", id: startsAt, startsAt, visit: its, account: null, site: null };
}

function job(startsAt: string): AgendaItem {
  const appointment = { status: "accepted", duration_min: 75 } as Appointment;
  return { kind: "job", id: startsAt, startsAt, appointment, workOrder: null, account: null, site: null };
}

it("begins a week on Monday, whatever its day", () => {
  const week = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"];
  expect(weekOf("2026-11-22")).toEqual(week);
  expect(weekOf("2026-11-16")).toEqual(week);
  expect(weekOf("2026-11-23")[0]).toBe("2026-11-23");
});

it("puts what begins after midnight where the organisation is on that day", () => {
  const late = visit("2026-11-22T23:30:00Z");
  expect([...byDay([late], VADUZ).keys()]).toEqual(["2026-11-23"]);
});

it("keeps the time of day, also across a change of the clocks", () => {
  expect(startOn("2026-10-26", "2026-10-23T07:00:00Z", VADUZ)).toBe("2026-10-26T08:00:00.000Z");
});

it("lets visits be moved until they are begun, and leaves jobs to the dispatcher", () => {
  const at = "2026-11-22T08:00:00Z";
  const may = [visit(at), visit(at, "missed"), visit(at, "in_progress"), visit(at, "completed"), job(at)].map(mayMove);
  expect(may).toEqual([true, true, false, false, false]);
});

it("adds up how long visits and jobs take", () => {
  expect(minutesOf([visit("2026-11-22T08:00:00Z"), job("2026-11-22T09:00:00Z")])).toBe(105);
});
