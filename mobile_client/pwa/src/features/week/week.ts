import { mayMoveVisit } from "../../rules/visits.ts";
import { addDays, dateOn, instantAt, timeOf } from "../../ui/format.ts";
import type { AgendaItem } from "../today/agenda.ts";

export type VisitItem = AgendaItem & { kind: "visit" };

/** The seven dates of the week, Monday first, that `date` lies in. */
export function weekOf(date: string): string[] {
  const sinceMonday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = addDays(date, -sinceMonday);
  return Array.from({ length: 7 }, (_, day) => addDays(monday, day));
}

/** Date → what there is to do on it, in the order of the items. */
export function byDay(items: readonly AgendaItem[], timeZone: string): Map<string, AgendaItem[]> {
  const days = new Map<string, AgendaItem[]>();
  for (const item of items) {
    const date = dateOn(new Date(item.startsAt), timeZone);
    days.set(date, [...(days.get(date) ?? []), item]);
  }
  return days;
}

/** Whether the person may put it on another day; an appointment is the dispatcher's to move. */
export function mayMove(item: AgendaItem): item is VisitItem {
  return item.kind === "visit" && mayMoveVisit(item.visit.status, "reschedule");
}

/** When a visit would begin on another date, at the same time of day (UTC). */
export function startOn(date: string, startsAt: string, timeZone: string): string {
  return instantAt(date, timeOf(new Date(startsAt), timeZone), timeZone).toISOString();
}

export function minutesOf(items: readonly AgendaItem[]): number {
  return items.reduce((sum, item) => sum + (item.kind === "visit" ? item.visit : item.appointment).duration_min, 0);
}
