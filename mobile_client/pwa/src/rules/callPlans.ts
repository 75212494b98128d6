import type { Account, CallPlan, DateOn, Id } from "../db/types.ts";
import { dateOfDay } from "./days.ts";
import { groupBy } from "./groups.ts";
import { minutesOf, type Span } from "./openingHours.ts";
import { WEEKDAYS, weekdayOf } from "./weekdays.ts";

export type CallPlanState = "current" | "coming" | "over" | "off";

export function stateOf({ enabled, starts_on, ends_on }: CallPlan, today: DateOn): CallPlanState {
  if (!enabled) return "off";
  if (ends_on !== null && ends_on < today) return "over";
  return starts_on > today ? "coming" : "current";
}

export function isBySales({ account_id, account_class }: CallPlan): boolean {
  return account_id === null && account_class === null;
}

/** How many days lie between two visits. */
export function intervalDays({ every_weeks, per_month }: CallPlan): number {
  return every_weeks === null ? 30.4 / (per_month ?? 1) : every_weeks * 7;
}

/** How a day suits a call plan: nothing of it is a must. */
export interface Preferred {
  isWeekday: boolean;
  /** The times of day between which the visit had best be, in minutes. */
  times: Span;
}

export function preferredOn(
  date: DateOn,
  plan: Pick<CallPlan, "weekdays" | "time_from" | "time_to"> | null,
): Preferred {
  const weekday = WEEKDAYS[weekdayOf(date)];
  return {
    isWeekday: !plan?.weekdays.length || plan.weekdays.some((one) => one === weekday),
    times: [minutesOf(plan?.time_from ?? "00:00"), minutesOf(plan?.time_to ?? "24:00")],
  };
}

type Customer = Pick<Account, "id" | "account_class">;

/**
 * Tells which call plan counts for an account today, as the server chooses it: its own before that of its class, and
 * that before one by sales, of which `fitsSales` says whether it fits; of two of a kind the one that started later.
 */
function planChooser(
  plans: readonly CallPlan[],
  today: DateOn,
): (account: Customer, fitsSales: (plan: CallPlan) => boolean) => CallPlan | null {
  const counting = plans.filter((plan) => stateOf(plan, today) === "current");
  const byAccount = groupBy(counting.sort(weightiestFirst), ({ account_id }) => account_id);
  const shared = byAccount.get(null) ?? [];
  return ({ id, account_class }, fitsSales) => {
    const fits = (plan: CallPlan) =>
      plan.account_class === null ? fitsSales(plan) : plan.account_class === account_class;
    return byAccount.get(id)?.[0] ?? shared.find(fits) ?? null;
  };
}

/** As above, by what was sold in the last twelve months; `today` in days since 1970. */
export function planFinder(
  plans: readonly CallPlan[],
  today: number,
): (account: Customer, salesMinor: () => number) => CallPlan | null {
  const choose = planChooser(plans, dateOfDay(today));
  return (account, salesMinor) => choose(account, (plan) => inRange(plan, salesMinor()));
}

/** As above, for one account. Of those by sales, `bySales` made the customer's last visit of the call cycle. */
export function planFor(
  plans: readonly CallPlan[],
  account: Customer,
  today: DateOn,
  bySales: Id | null,
): CallPlan | null {
  return planChooser(plans, today)(account, ({ id }) => id === bySales);
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
