import type { components } from "../../api/schema.d.ts";
import type { Account, DateOn, Id, Territory } from "../../db/types.ts";
import { liesIn } from "../call-plans/callPlans.ts";

export type CycleRun = components["schemas"]["CycleRun"];
export type Service = components["schemas"]["Service"];
export type UnplacedReason = "no_site" | "no_rep" | "rep_away" | "closed" | "days_full";

/** A visit that falls due between two days, and why it has none of them. */
export interface Unplaced {
  call_plan_id: Id;
  account_id: Id;
  rep_id: Id | null;
  first: DateOn;
  last: DateOn;
  reason: UnplacedReason;
}

export function unplacedOf({ unplaced }: CycleRun): Unplaced[] {
  return unplaced as unknown as Unplaced[];
}

export function isUnderWay({ status }: CycleRun): boolean {
  return status === "queued" || status === "running";
}

/** The screen on which that can be mended which keeps a visit from being placed. */
export function mendingOf({ reason, account_id, rep_id }: Unplaced, territoryId: Id | null): string {
  if (reason === "no_rep") return `/territories${territoryId ? `?territory=${territoryId}` : ""}`;
  if ((reason === "rep_away" || reason === "days_full") && rep_id) return `/working-time?person=${rep_id}`;
  return `/accounts/${account_id}`;
}

/** Reason → how many, the most frequent first. */
export function byReason(unplaced: readonly Unplaced[]): Map<UnplacedReason, number> {
  const counts = new Map<UnplacedReason, number>();
  for (const { reason } of unplaced) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

export interface ServiceFilter {
  standing: Service["standing"] | "both";
  repId: Id | null;
  territoryId: Id | null;
}

export function chosenServices(
  items: readonly Service[],
  { standing, repId, territoryId }: ServiceFilter,
  accounts: ReadonlyMap<Id, Account>,
  territories: ReadonlyMap<Id, Territory>,
): Service[] {
  return items.filter(
    (one) =>
      (standing === "both" || one.standing === standing) &&
      (repId === null || one.rep_id === repId) &&
      (territoryId === null || liesIn(accounts.get(one.account_id) ?? null, territoryId, territories)),
  );
}
