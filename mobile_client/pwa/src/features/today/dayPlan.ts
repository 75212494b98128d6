import type { Id, Instant, Position } from "../../db/types.ts";
import { bestOrder, type Day, inOrder, type Order } from "../../rules/dayOrder.ts";
import { type Leg, legBetween, type TravelProfile } from "../../rules/travel.ts";
import { mayMoveVisit } from "../../rules/visits.ts";
import type { AgendaItem } from "./agenda.ts";

export interface PlannedStop {
  item: AgendaItem;
  startsAt: Instant;
  moved: boolean;
}

export interface DayPlan {
  stops: PlannedStop[];
  /** Less on the road than in today's order, which may be less on time. */
  savedMetres: number;
  savedS: number;
  /** How late the person comes to those who expect them, all together. */
  lateS: number;
}

export interface Surroundings {
  profile: TravelProfile;
  /** Where the day begins and ends; null if nobody knows. */
  from: Position | null;
  home: Position | null;
  now: Instant;
}

const NO_WAY: Leg = { metres: 0, seconds: 0 };

/** Whether the customer or the dispatcher counts on the time. */
function isFixed(item: AgendaItem): boolean {
  return item.kind === "job" || item.visit.status === "confirmed" || !mayMoveVisit(item.visit.status, "reschedule");
}

/**
 * The best order of what is open: fixed stops keep their times, the others begin when the person can be there. Stops of
 * which nobody knows where they are count as no way at all.
 */
export function planDay(open: readonly AgendaItem[], { profile, from, home, now }: Surroundings): DayPlan {
  const seconds = (instant: Instant) => Math.floor(Date.parse(instant) / 1000);
  const places = open.map(({ site }) => site?.position ?? null);
  const day: Day = {
    stops: open.map((item) => ({
      durationS: 60 * (item.kind === "visit" ? item.visit : item.appointment).duration_min,
      expectedAt: isFixed(item) ? seconds(item.startsAt) : undefined,
    })),
    leg: (one, other) => {
      const start = one === null ? from : places[one];
      const end = other === null ? home : places[other];
      return start && end ? legBetween(start, end, profile) : NO_WAY;
    },
    leavesAt: seconds(now),
    earliest: Math.max(seconds(now), Math.min(...open.map(({ startsAt }) => seconds(startsAt)))),
  };
  const present = inOrder(
    day,
    open.map((_, number) => number),
  );
  const best = bestOrder(day);
  const isBetter = best.lateS < present.lateS || best.travelS < present.travelS;
  const chosen = isBetter ? best : present;
  return {
    stops: isBetter ? stopsOf(open, chosen) : open.map((item) => ({ item, startsAt: item.startsAt, moved: false })),
    savedMetres: present.metres - chosen.metres,
    savedS: present.travelS - chosen.travelS,
    lateS: chosen.lateS,
  };
}

function stopsOf(open: readonly AgendaItem[], { order, begins }: Order): PlannedStop[] {
  return order.flatMap((number, place) => {
    const item = open[number];
    const begin = begins[place];
    if (!item || begin === undefined) return [];
    const startsAt = isFixed(item) ? item.startsAt : new Date(begin * 1000).toISOString();
    return [{ item, startsAt, moved: Date.parse(startsAt) !== Date.parse(item.startsAt) }];
  });
}

/** The new times of the visits that move, and what takes each back. */
export function movesOf(plan: DayPlan): { visit_id: Id; planned_start_at: Instant; before: Instant }[] {
  return plan.stops
    .filter(({ moved, item }) => moved && item.kind === "visit")
    .map(({ item, startsAt }) => ({ visit_id: item.id, planned_start_at: startsAt, before: item.startsAt }));
}
