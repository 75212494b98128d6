import { describe, expect, it } from "vitest";
import type { Position, Site, Visit, VisitStatus } from "../../db/types.ts";
import type { AgendaItem } from "./agenda.ts";
import { movesOf, planDay, type Surroundings } from "./dayPlan.ts";

const HOME: Position = { lat: 47.14, lng: 9.52, accuracy_m: null };
const AROUND: Surroundings = {
  profile: { detour_factor: 1.3, speeds: [{ up_to_km: null, km_per_h: 60 }] },
  from: HOME,
  home: null,
  now: "2026-11-22T06:30:00Z",
};

/** A visit so many kilometres north of home. */
function visit(id: string, time: string, km: number | null, status: VisitStatus = "planned"): AgendaItem {
  const position = km === null ? null : { ...HOME, lat: HOME.lat + km / 111.2 };
  const startsAt = `2026-11-22T${time}:00Z`;
  return {
    kind: "visit",
    id,
    startsAt,
    visit: { status, duration_min: 30 } as Visit,
    account: null,
    site: { position } as Site,
  };
}

describe("the plan of a day", () => {
  const there = [visit("far", "08:00", 20), visit("near", "09:00", 5), visit("farther", "10:00", 25)];

  it("saves the ways that are driven twice", () => {
    const plan = planDay(there, AROUND);
    expect(plan.stops.map(({ item }) => item.id)).toEqual(["near", "far", "farther"]);
    expect(Math.round(plan.savedMetres / 1000)).toBe(39);
    expect(plan.savedS).toBe(Math.round(plan.savedMetres / (60 / 3.6)));
  });

  it("begins when the day began, and each stop after the way to it", () => {
    const [near, far] = planDay(there, AROUND).stops;
    expect(near?.startsAt).toBe("2026-11-22T08:00:00.000Z");
    // Thirty minutes there, and 19.5 km of road.
    expect(far?.startsAt).toBe("2026-11-22T08:50:00.000Z");
  });

  it("leaves a confirmed visit where it is", () => {
    const day = [visit("far", "08:00", 20, "confirmed"), visit("near", "09:00", 5), visit("farther", "10:00", 25)];
    const plan = planDay(day, AROUND);
    expect(plan.stops.map(({ item }) => item.id)).toEqual(["far", "farther", "near"]);
    expect(movesOf(plan).map(({ visit_id }) => visit_id)).toEqual(["farther", "near"]);
  });

  it("changes nothing where nothing is better", () => {
    const plan = planDay([visit("near", "08:00", 5), visit("far", "10:00", 20)], AROUND);
    expect([movesOf(plan), plan.savedS]).toEqual([[], 0]);
  });

  it("tells what takes a move back", () => {
    const move = movesOf(planDay(there, AROUND)).find(({ visit_id }) => visit_id === "near");
    expect(move?.before).toBe("2026-11-22T09:00:00Z");
  });

  it("copes with places that nobody knows", () => {
    expect(planDay([visit("a", "08:00", null), ...there], { ...AROUND, from: null, home: null }).stops).toHaveLength(4);
  });

  it("begins no stop in the past", () => {
    const plan = planDay(there, { ...AROUND, now: "2026-11-22T12:02:00Z" });
    expect(plan.stops[0]?.startsAt).toBe("2026-11-22T12:10:00.000Z");
  });
});
