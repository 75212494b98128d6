import type { AppointmentStatus, WorkOrderStatus } from "../db/types.ts";

const SET_BY_HAND: readonly WorkOrderStatus[] = ["on_hold", "closed", "canceled"];
const STARTED: readonly AppointmentStatus[] = ["traveling", "in_progress", "paused"];
const PLANNED: readonly AppointmentStatus[] = ["scheduled", "dispatched", "accepted"];

/**
 * The status of a work order, derived from its appointments. What somebody set by hand (on hold, closed, canceled) stays.
 *
 * A technician at work outweighs a slot that is planned; a slot that is planned outweighs what is finished; a job is
 * completed when its last slot was, and open again when nothing that would finish it is planned.
 */
export function deriveWorkOrderStatus(
  present: WorkOrderStatus,
  appointments: readonly AppointmentStatus[],
): WorkOrderStatus {
  if (SET_BY_HAND.includes(present)) return present;
  if (appointments.some((status) => STARTED.includes(status))) return "in_progress";
  if (appointments.some((status) => PLANNED.includes(status))) return "scheduled";
  const waiting = appointments.some((status) => status === "unscheduled" || status === "declined");
  if (!waiting && appointments.includes("completed")) return "completed";
  return "open";
}
