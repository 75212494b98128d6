import type { Appointment, AppointmentStatus, Id, Instant, Priority, SkillLevel, User } from "../../db/types.ts";
import type { BoardData } from "./readBoard.ts";
import { minutesOn, type Slot } from "./timeline.ts";

/** One appointment as the board shows it. */
export interface BoardJob {
  id: Id;
  appointment: Appointment;
  status: AppointmentStatus;
  title: string;
  number: string | null;
  priority: Priority;
  dueAt: Instant | null;
  skills: readonly SkillLevel[];
  customer: string;
  /** The town or village. */
  place: string;
  territoryId: Id | null;
  /** When it is planned on the day that is shown. */
  slot: Slot | null;
}

export interface Arrangement {
  /** What waits to be planned: unscheduled and declined. */
  waiting: BoardJob[];
  planned: ReadonlyMap<Id, BoardJob[]>;
  byId: ReadonlyMap<Id, BoardJob>;
}

/** What a command that is under way will make of an appointment; void as soon as the appointment has changed. */
export interface Expectation {
  version: number;
  fields: Partial<Appointment>;
}

export type Expectations = ReadonlyMap<Id, Expectation>;

const WAITING: readonly AppointmentStatus[] = ["unscheduled", "declined"];
const TAKES_TIME: readonly AppointmentStatus[] = [
  "scheduled",
  "dispatched",
  "accepted",
  "traveling",
  "in_progress",
  "paused",
];

/** Whether the technician can do nothing else at the same time. */
export function takesTime(status: AppointmentStatus): boolean {
  return TAKES_TIME.includes(status);
}

/** The times of a technician's day that are taken by other jobs than `except`. */
export function busySlots(jobs: readonly BoardJob[], except?: Id): Slot[] {
  return jobs.flatMap(({ id, status, slot }) => (slot && id !== except && takesTime(status) ? [slot] : []));
}

/** Says who does what when on the day, and what waits. */
export function arrange(data: BoardData, expected: Expectations): Arrangement {
  const minutes = minutesOn(data.date, data.timeZone);
  const waiting: BoardJob[] = [];
  const planned = new Map<Id, BoardJob[]>(data.technicians.map(({ id }) => [id, []]));
  const byId = new Map<Id, BoardJob>();
  for (const stored of data.appointments) {
    const expectation = expected.get(stored.id);
    const appointment = expectation?.version === stored.version ? { ...stored, ...expectation.fields } : stored;
    const job = toJob(appointment, data, minutes);
    byId.set(job.id, job);
    if (WAITING.includes(job.status)) waiting.push(job);
    else if (job.status !== "canceled" && job.slot && job.slot.end > 0) {
      planned.get(appointment.technician_id ?? "")?.push(job);
    }
  }
  for (const jobs of planned.values()) jobs.sort((a, b) => (a.slot?.start ?? 0) - (b.slot?.start ?? 0));
  return { waiting: waiting.sort(byUrgency), planned, byId };
}

function toJob(appointment: Appointment, data: BoardData, minutes: (instant: Instant) => number): BoardJob {
  const workOrder = data.workOrders.get(appointment.work_order_id);
  const account = data.accounts.get(appointment.account_id);
  const start = appointment.starts_at === null ? null : minutes(appointment.starts_at);
  return {
    id: appointment.id,
    appointment,
    status: appointment.status,
    title: workOrder?.title ?? "",
    number: workOrder?.number ?? null,
    priority: workOrder?.priority ?? "normal",
    dueAt: workOrder?.due_at ?? null,
    skills: workOrder?.skills ?? [],
    customer: account?.name ?? "",
    place: data.sites.get(appointment.site_id)?.address.city ?? "",
    territoryId: account?.territory_id ?? null,
    slot: start === null ? null : { start, end: start + appointment.duration_min },
  };
}

const RANK: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 };

/** By priority, then by what is due first, then by what has waited longest. */
export function byUrgency(a: BoardJob, b: BoardJob): number {
  return (
    RANK[a.priority] - RANK[b.priority] ||
    (a.dueAt ?? "9").localeCompare(b.dueAt ?? "9") ||
    a.appointment.created_at.localeCompare(b.appointment.created_at)
  );
}

/** The skills that a job needs and a technician does not have, or not at that level. */
export function missingSkills(needed: readonly SkillLevel[], technician: Pick<User, "skills">): SkillLevel[] {
  return needed.filter(
    ({ skill_id, level }) => !technician.skills.some((held) => held.skill_id === skill_id && held.level >= level),
  );
}
