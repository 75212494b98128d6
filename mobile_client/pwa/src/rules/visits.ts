import type { VisitStatus } from "../db/types.ts";
import { type Moves, may, move } from "./moves.ts";

export type VisitAction = "confirm" | "reschedule" | "check_in" | "complete" | "cancel" | "miss";

const MOVES: Moves<VisitStatus, VisitAction> = {
  confirm: { from: ["planned"], to: "confirmed" },
  // A visit that the clock marked missed may still be checked in: the person was there, the phone was off line.
  check_in: { from: ["planned", "confirmed", "missed"], to: "in_progress" },
  // The customer has to expect it anew.
  reschedule: { from: ["planned", "confirmed", "missed"], to: "planned" },
  complete: { from: ["in_progress"], to: "completed" },
  cancel: { from: ["planned", "confirmed", "in_progress"], to: "canceled" },
  miss: { from: ["planned", "confirmed"], to: "missed" },
};

/** The status of a visit after `action`; throws `visit.invalid_transition`. */
export function moveVisit(status: VisitStatus, action: VisitAction): VisitStatus {
  return move(MOVES, status, action, "visit.invalid_transition");
}

export function mayMoveVisit(status: VisitStatus, action: VisitAction): boolean {
  return may(MOVES, status, action);
}
