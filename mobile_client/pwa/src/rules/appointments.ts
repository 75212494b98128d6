import type { AppointmentStatus } from "../db/types.ts";
import { type Moves, may, move } from "./moves.ts";

export type AppointmentAction =
  | "assign"
  | "unassign"
  | "dispatch"
  | "accept"
  | "decline"
  | "travel"
  | "start"
  | "pause"
  | "resume"
  | "complete"
  | "complete_partially"
  | "cannot_complete"
  | "no_show"
  | "cancel";

const MOVES: Moves<AppointmentStatus, AppointmentAction> = {
  assign: { from: ["unscheduled", "scheduled", "declined"], to: "scheduled" },
  unassign: { from: ["scheduled", "dispatched", "accepted", "declined"], to: "unscheduled" },
  dispatch: { from: ["scheduled"], to: "dispatched" },
  accept: { from: ["dispatched"], to: "accepted" },
  decline: { from: ["dispatched"], to: "declined" },
  // Without signal a technician may skip accepting and traveling.
  travel: { from: ["dispatched", "accepted"], to: "traveling" },
  start: { from: ["dispatched", "accepted", "traveling"], to: "in_progress" },
  pause: { from: ["in_progress"], to: "paused" },
  resume: { from: ["paused"], to: "in_progress" },
  complete: { from: ["in_progress", "paused"], to: "completed" },
  complete_partially: { from: ["in_progress", "paused"], to: "partially_completed" },
  cannot_complete: { from: ["in_progress", "paused"], to: "cannot_complete" },
  no_show: { from: ["traveling", "in_progress"], to: "no_show" },
  cancel: { from: ["unscheduled", "scheduled", "dispatched", "accepted", "declined"], to: "canceled" },
};

/** The status of an appointment after `action`; throws `appointment.invalid_transition`. */
export function moveAppointment(status: AppointmentStatus, action: AppointmentAction): AppointmentStatus {
  return move(MOVES, status, action, "appointment.invalid_transition");
}

export function mayMoveAppointment(status: AppointmentStatus, action: AppointmentAction): boolean {
  return may(MOVES, status, action);
}
