import type { AppointmentStatus } from "../../db/types.ts";
import { type AppointmentAction, mayMoveAppointment } from "../../rules/appointments.ts";

/** The steps that a technician sees, in order. */
export const STEPS = ["accept", "travel", "start", "complete"] as const;
export type Step = (typeof STEPS)[number];

/** What the technician would usually do next; null when the job has ended or is not theirs to work on. */
export function nextAction(status: AppointmentStatus): Extract<AppointmentAction, Step | "resume"> | null {
  if (status === "in_progress") return "complete";
  if (status === "paused") return "resume";
  return STEPS.find((step) => step !== "complete" && mayMoveAppointment(status, step)) ?? null;
}

const DONE_STEPS: Partial<Record<AppointmentStatus, number>> = {
  accepted: 1,
  traveling: 2,
  in_progress: 3,
  paused: 3,
  completed: 4,
  partially_completed: 4,
  cannot_complete: 3,
  no_show: 2,
};

/** How many of the steps are behind the technician. */
export function stepsDone(status: AppointmentStatus): number {
  return DONE_STEPS[status] ?? 0;
}

/** The ways a job ends other than done, and the refusal at its beginning; each needs a reason. */
export const EXITS = ["decline", "complete_partially", "cannot_complete", "no_show"] as const;
export type Exit = (typeof EXITS)[number];

export function possibleExits(status: AppointmentStatus): Exit[] {
  return EXITS.filter((exit) => mayMoveAppointment(status, exit));
}
