import type { AccountClass, CallPlan, DateOn, Id } from "../db/types.ts";

export type CallPlanState = "current" | "coming" | "over" | "off";

export function stateOf({ enabled, starts_on, ends_on }: CallPlan, today: DateOn): CallPlanState {
  if (!enabled) return "off";
  if (ends_on !== null && ends_on < today) return "over";
  return starts_on > today ? "coming" : "current";
}

export function isBySales({ account_id, account_class }: CallPlan): boolean {
  return account_id === null && account_class === null;
}

interface Customer {
  id: Id;
  account_class: AccountClass;
}

/**
 * The call plan that counts for an account, as the server chooses it: its own before that of its class, and that before
 * one by sales; of two of a kind the one that started later. A device does not hold the orders of a year: `bySales` is
 * the one that made the customer's last visit of the call cycle.
 */
export function planFor(
  plans: readonly CallPlan[],
  { id, account_class }: Customer,
  today: DateOn,
  bySales: Id | null,
): CallPlan | null {
  const rank = (plan: CallPlan) => {
    if (plan.account_id !== null) return plan.account_id === id ? 3 : 0;
    if (plan.account_class !== null) return plan.account_class === account_class ? 2 : 0;
    return plan.id === bySales ? 1 : 0;
  };
  const fitting = plans.filter((plan) => stateOf(plan, today) === "current" && rank(plan) > 0);
  fitting.sort((a, b) => rank(b) - rank(a) || b.starts_on.localeCompare(a.starts_on) || b.id.localeCompare(a.id));
  return fitting[0] ?? null;
}
