import { describe, expect, it } from "vitest";
import type { Appointment, Territory } from "../../db/types.ts";
import { arrange, type BoardJob, byUrgency } from "./arrange.ts";
import { filterJobs, NO_FILTERS } from "./filters.ts";
import { isTold, obstacleToMove, obstacleToPlan } from "./obstacles.ts";
import type { BoardData } from "./readBoard.ts";
import { minuteAt } from "./timeline.ts";

function appointment(fields: Partial<Appointment>): Appointment {
  const defaults = { id: "a", version: 1, status: "unscheduled", starts_at: null, created_at: "", duration_min: 60 };
  return { ...defaults, ...fields } as Appointment;
}

function job(fields: Partial<BoardJob>): BoardJob {
  return {
    id: "job",
    appointment: appointment({ duration_min: 60 }),
    status: "unscheduled",
    title: "No steam",
    number: "WO-1",
    priority: "normal",
    dueAt: null,
    skills: [],
    customer: "Café Städtle",
    place: "Vaduz",
    territoryId: "vaduz",
    slot: null,
    ...fields,
  };
}

const COFFEE = { skill_id: "coffee", level: 3 };
const planned = (id: string, status: BoardJob["status"]) =>
  job({ id, status, slot: { start: minuteAt("09:00"), end: minuteAt("10:00") } });

describe("planning a job", () => {
  it("needs the skill at its level", () => {
    const novice = { skills: [{ skill_id: "coffee", level: 2 }] };
    expect(obstacleToPlan(job({ skills: [COFFEE] }), novice, [], 480)).toEqual({ kind: "skill", missing: [COFFEE] });
    expect(obstacleToPlan(job({ skills: [COFFEE] }), { skills: [COFFEE] }, [], 480)).toBeNull();
  });

  it("needs time that no other job takes", () => {
    const other = planned("other", "accepted");
    expect(obstacleToPlan(job({}), { skills: [] }, [other], minuteAt("08:15"))).toEqual({ kind: "overlap", other });
    expect(obstacleToPlan(job({}), { skills: [] }, [other], minuteAt("08:00"))).toBeNull();
  });

  it("may take the time of a job that is over, and its own", () => {
    const jobs = [planned("done", "completed"), planned("job", "scheduled")];
    expect(obstacleToPlan(job({}), { skills: [] }, jobs, minuteAt("09:15"))).toBeNull();
  });

  it("takes a job back only from a technician who has not begun", () => {
    expect(isTold(job({ status: "accepted" }))).toBe(true);
    expect(isTold(job({ status: "scheduled" }))).toBe(false);
    expect(obstacleToMove(job({ status: "traveling" }), false)).toEqual({ kind: "begun" });
    expect(obstacleToMove(job({}), true)).toEqual({ kind: "unsent" });
  });
});

describe("what waits", () => {
  it("comes by priority, then by what is due first, what has no date last", () => {
    const jobs = [
      job({ id: "low", priority: "low", dueAt: "2026-11-01T00:00:00Z" }),
      job({ id: "someday", priority: "high" }),
      job({ id: "soon", priority: "high", dueAt: "2026-11-22T00:00:00Z" }),
      job({ id: "urgent", priority: "urgent" }),
    ];
    expect(jobs.sort(byUrgency).map(({ id }) => id)).toEqual(["urgent", "soon", "someday", "low"]);
  });

  it("is found by words without accents, by area, and by date", () => {
    const territories = new Map([
      ["vaduz", { id: "vaduz", parent_id: "oberland" } as Territory],
      ["oberland", { id: "oberland", parent_id: null } as Territory],
    ]);
    const dueBefore = { overdue: "2026-11-22T10:00:00Z", today: "2026-11-22T23:00:00Z", week: "2026-11-28T23:00:00Z" };
    const found = (filters: Partial<typeof NO_FILTERS>, wanted = job({ dueAt: "2026-11-22T12:00:00.5Z" })) =>
      filterJobs([wanted], { ...NO_FILTERS, ...filters }, { territories, dueBefore }).length === 1;
    expect(found({ query: "cafe steam" })).toBe(true);
    expect(found({ query: "cafe oven" })).toBe(false);
    expect(found({ territory: "oberland" })).toBe(true);
    expect(found({ territory: "unterland" })).toBe(false);
    expect(found({ due: "today" })).toBe(true);
    expect(found({ due: "overdue" })).toBe(false);
    expect(found({ due: "week" }, job({ dueAt: null }))).toBe(false);
  });
});

describe("the arrangement", () => {
  const data: BoardData = {
    date: "2026-11-22",
    timeZone: "Europe/Vaduz",
    appointments: [
      appointment({ id: "waits" }),
      appointment({ id: "night", status: "accepted", technician_id: "t", starts_at: "2026-11-21T22:30:00Z" }),
      appointment({ id: "yesterday", status: "completed", technician_id: "t", starts_at: "2026-11-21T21:00:00Z" }),
      appointment({ id: "off", status: "canceled", technician_id: "t", starts_at: "2026-11-22T08:00:00Z" }),
    ],
    workOrders: new Map(),
    accounts: new Map(),
    sites: new Map(),
    technicians: [{ id: "t" }] as BoardData["technicians"],
    skills: new Map(),
    territories: new Map(),
  };
  const ids = (jobs: readonly BoardJob[] | undefined) => jobs?.map(({ id }) => id);

  it("shows what reaches into the day, and not what was canceled", () => {
    const { waiting, planned } = arrange({ ...data }, new Map());
    expect(ids(waiting)).toEqual(["waits"]);
    expect(ids(planned.get("t"))).toEqual(["night"]);
  });

  it("shows what a command under way will make of a job until the job itself has changed", () => {
    const fields = { status: "scheduled" as const, technician_id: "t", starts_at: "2026-11-22T08:00:00Z" };
    expect(ids(arrange(data, new Map([["waits", { version: 1, fields }]])).planned.get("t"))).toEqual([
      "night",
      "waits",
    ]);
    expect(ids(arrange(data, new Map([["waits", { version: 0, fields }]])).waiting)).toEqual(["waits"]);
  });
});
