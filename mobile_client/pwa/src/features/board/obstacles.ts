import type { SkillLevel, User } from "../../db/types.ts";
import { mayMoveAppointment } from "../../rules/appointments.ts";
import { type BoardJob, missingSkills, takesTime } from "./arrange.ts";
import { overlap } from "./timeline.ts";

/** Why a job cannot be given to a technician at a time. The same rules as the server's, so that nothing is refused late. */
export type Obstacle =
  | { kind: "unsent" }
  | { kind: "begun" }
  | { kind: "skill"; missing: SkillLevel[] }
  | { kind: "overlap"; other: BoardJob };

/** Told to a technician already: it has to be taken back before it can be planned anew. */
export function isTold({ status }: BoardJob): boolean {
  return !mayMoveAppointment(status, "assign") && mayMoveAppointment(status, "unassign");
}

/** What keeps a job from being moved at all. */
export function obstacleToMove(job: BoardJob, unsent: boolean): Obstacle | null {
  if (unsent) return { kind: "unsent" };
  if (!mayMoveAppointment(job.status, "assign") && !isTold(job)) return { kind: "begun" };
  return null;
}

/** What keeps `technician`, who has `jobs` that day, from doing a job from minute `start` on. */
export function obstacleToPlan(
  job: BoardJob,
  technician: Pick<User, "skills">,
  jobs: readonly BoardJob[],
  start: number,
): Obstacle | null {
  const missing = missingSkills(job.skills, technician);
  if (missing.length > 0) return { kind: "skill", missing };
  const slot = { start, end: start + job.appointment.duration_min };
  const other = jobs.find(
    (each) => each.id !== job.id && each.slot && takesTime(each.status) && overlap(each.slot, slot),
  );
  return other ? { kind: "overlap", other } : null;
}
