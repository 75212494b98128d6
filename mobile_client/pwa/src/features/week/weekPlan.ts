import type { components } from "../../api/schema.d.ts";
import type { Id } from "../../db/types.ts";

export type Proposal = components["schemas"]["Proposal"];
export type PlannedStop = components["schemas"]["PlannedStop"];
export type LeftOut = components["schemas"]["LeftOut"];
export type Why = components["schemas"]["Why"];

export function stopsOf(proposal: Proposal): PlannedStop[] {
  return proposal.days.flatMap(({ stops }) => stops);
}

/** The customers for whom a visit is suggested. */
export function suggestionsOf(proposal: Proposal): PlannedStop[] {
  return stopsOf(proposal).filter(({ change }) => change === "new");
}

/** How many visits get a new time or are new, without those that the person does not want. */
export function changesOf(proposal: Proposal, without: readonly Id[]): number {
  return stopsOf(proposal).filter(
    ({ change, account_id }) => change === "moves" || (change === "new" && !without.includes(account_id)),
  ).length;
}

/** All driving of the days. */
export function driving(proposal: Proposal, when: "before" | "after"): { metres: number; minutes: number } {
  const sum = (of: "metres" | "seconds") => proposal.days.reduce((total, day) => total + day[when][of], 0);
  return { metres: sum("metres"), minutes: Math.round(sum("seconds") / 60) };
}
