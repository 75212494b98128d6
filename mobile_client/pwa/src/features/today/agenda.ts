import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, Appointment, Id, Site, Visit, WorkOrder } from "../../db/types.ts";

interface Stop {
  id: Id;
  /** UTC. */
  startsAt: string;
  account: Account | null;
  site: Site | null;
}

export type AgendaItem =
  | (Stop & { kind: "visit"; visit: Visit })
  | (Stop & { kind: "job"; appointment: Appointment; workOrder: WorkOrder | null });

/** The visits and appointments of one person that start within the bounds, in order of time. */
export async function readAgenda(
  db: Database,
  { userId, from, to }: { userId: Id; from: string; to: string },
): Promise<AgendaItem[]> {
  const [visits, appointments] = await Promise.all([
    listDocuments(db, "visit", { rep_id: userId, between: { field: "planned_start_at", from, to } }),
    listDocuments(db, "appointment", { technician_id: userId, between: { field: "starts_at", from, to } }),
  ]);
  const items = await Promise.all<AgendaItem>([
    ...visits.map(async (visit) => ({
      kind: "visit" as const,
      id: visit.id,
      startsAt: visit.planned_start_at,
      visit,
      account: await getDocument(db, "account", visit.account_id),
      site: await getDocument(db, "site", visit.site_id),
    })),
    ...appointments.map(async (appointment) => ({
      kind: "job" as const,
      id: appointment.id,
      startsAt: appointment.starts_at ?? "",
      appointment,
      workOrder: await getDocument(db, "work_order", appointment.work_order_id),
      account: await getDocument(db, "account", appointment.account_id),
      site: await getDocument(db, "site", appointment.site_id),
    })),
  ]);
  // A canceled visit is no longer part of the day; a scheduled job is not yet: the technician has not been told.
  return items.filter(isPartOfTheDay).sort((a, b) => a.startsAt.localeCompare(b.startsAt));
}

function isPartOfTheDay(item: AgendaItem): boolean {
  if (item.kind === "visit") return item.visit.status !== "canceled";
  return !["unscheduled", "scheduled", "declined", "canceled"].includes(item.appointment.status);
}

/** The screen of a visit or a job. */
export function linkTo({ kind, id }: AgendaItem): string {
  return kind === "visit" ? `/visits/${id}` : `/jobs/${id}`;
}

const ENDED = new Set(["completed", "missed", "partially_completed", "cannot_complete", "no_show"]);
const UNDER_WAY = new Set(["in_progress", "paused", "traveling"]);

function statusOf(item: AgendaItem): string {
  return item.kind === "visit" ? item.visit.status : item.appointment.status;
}

export function isDone(item: AgendaItem): boolean {
  return ENDED.has(statusOf(item));
}

export function isUnderWay(item: AgendaItem): boolean {
  return UNDER_WAY.has(statusOf(item));
}

/** What is still to do, and not begun. */
export function openStops(items: readonly AgendaItem[]): AgendaItem[] {
  return items.filter((item) => !isDone(item) && !isUnderWay(item));
}

/** What the person does now, or else what comes next; null when the day's work is done. */
export function nextItem(items: readonly AgendaItem[]): AgendaItem | null {
  return items.find(isUnderWay) ?? items.find((item) => !isDone(item)) ?? null;
}
