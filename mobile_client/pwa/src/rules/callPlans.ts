import type { Account, CallPlan } from "../db/types.ts";
import { dayNumber } from "./days.ts";
import { groupBy } from "./groups.ts";

/** How many days lie between two visits. */
export function intervalDays({ every_weeks, per_month }: CallPlan): number {
  return every_weeks === null ? 30.4 / (per_month ?? 1) : every_weeks * 7;
}

/** Tells which call plan counts for an account on a day, as the server does; `on` in days since 1970. */
export function planFinder(
  plans: readonly CallPlan[],
  on: number,
): (account: Pick<Account, "id" | "account_class">, salesMinor: () => number) => CallPlan | null {
  const counting = plans.filter(
    ({ enabled, starts_on, ends_on }) =>
      enabled && dayNumber(starts_on) <= on && (ends_on === null || on <= dayNumber(ends_on)),
  );
  const byAccount = groupBy(counting.sort(weightiestFirst), ({ account_id }) => account_id);
  const shared = byAccount.get(null) ?? [];
  return ({ id, account_class }, salesMinor) => {
    const fits = (plan: CallPlan) =>
      plan.account_class === null ? inRange(plan, salesMinor()) : plan.account_class === account_class;
    return byAccount.get(id)?.[0] ?? shared.find(fits) ?? null;
  };
}

function inRange({ sales_from_minor, sales_below_minor }: CallPlan, salesMinor: number): boolean {
  return (sales_from_minor ?? 0) <= salesMinor && salesMinor < (sales_below_minor ?? Number.POSITIVE_INFINITY);
}

/** One for a class comes before one by sales; of two of a kind the one that started later. */
function weightiestFirst(one: CallPlan, other: CallPlan): number {
  return (
    Number(other.account_class !== null) - Number(one.account_class !== null) ||
    other.starts_on.localeCompare(one.starts_on) ||
    other.id.localeCompare(one.id)
  );
}
