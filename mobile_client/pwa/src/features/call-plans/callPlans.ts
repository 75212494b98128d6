import type {
  Account,
  AccountClass,
  CallPlan,
  CallPlanFields,
  DateOn,
  Id,
  Territory,
  User,
  Weekday,
} from "../../db/types.ts";
import { isBySales } from "../../rules/callPlans.ts";
import { ownerOf } from "../../rules/ownership.ts";
import { WEEKDAYS } from "../../rules/weekdays.ts";

export interface PlanRow {
  plan: CallPlan;
  /** Whom it is for alone. */
  account: Account | null;
  /** Who goes; null is the owner of each account. */
  rep: User | null;
}

export interface PlanBook {
  rows: PlanRow[];
  territories: Map<Id, Territory>;
  reps: User[];
}

export interface PlanFilter {
  search: string;
  repId: Id | null;
  territoryId: Id | null;
  accountClass: AccountClass | null;
}

export type PlanOrder = "name" | "customers" | "newest";

/**
 * The plans that concern a rep, a territory or a class: one for an account where the account is the rep's, lies there or
 * is of the class; one for a class or by sales everywhere, unless it names another rep or class.
 */
export function chosenPlans({ rows, territories, reps }: PlanBook, filter: PlanFilter, today: DateOn): PlanRow[] {
  const active = new Set(reps.map(({ id }) => id));
  const words = filter.search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ plan, account, rep }) => {
    const text = [plan.name, account?.name, rep?.name, plan.purpose].join(" ").toLocaleLowerCase();
    if (!words.every((word) => text.includes(word))) return false;
    if (filter.accountClass && !isBySales(plan) && classOf(plan, account) !== filter.accountClass) return false;
    if (filter.territoryId && plan.account_id && !liesIn(account, filter.territoryId, territories)) return false;
    if (!filter.repId) return true;
    if (plan.rep_id) return plan.rep_id === filter.repId;
    return (
      !plan.account_id || ownerOf(account?.territory_id ?? null, { territories, active, day: today }) === filter.repId
    );
  });
}

function classOf(plan: CallPlan, account: Account | null): AccountClass | null {
  return plan.account_class ?? account?.account_class ?? null;
}

/** Whether an account lies in a territory or in one below it. */
export function liesIn(account: Account | null, territoryId: Id, territories: ReadonlyMap<Id, Territory>): boolean {
  let at = account?.territory_id ?? null;
  while (at !== null && at !== territoryId) at = territories.get(at)?.parent_id ?? null;
  return at !== null;
}

export function inOrder(rows: readonly PlanRow[], order: PlanOrder, counts: ReadonlyMap<Id, number>): PlanRow[] {
  const byName = (a: PlanRow, b: PlanRow) => a.plan.name.localeCompare(b.plan.name);
  const count = ({ plan }: PlanRow) => counts.get(plan.id) ?? 0;
  return [...rows].sort((a, b) => {
    if (order === "customers") return count(b) - count(a) || byName(a, b);
    if (order === "newest") return b.plan.starts_on.localeCompare(a.plan.starts_on) || byName(a, b);
    return byName(a, b);
  });
}

/** A call plan as it is filled in. */
export interface PlanForm {
  name: string;
  target: "class" | "sales" | "account";
  accountClass: AccountClass;
  /** In the organisation's currency, as typed. */
  salesFrom: string;
  salesBelow: string;
  account: Pick<Account, "id" | "name"> | null;
  siteId: Id | null;
  rhythm: "weeks" | "month";
  count: number;
  weekdays: Weekday[];
  timeFrom: string;
  timeTo: string;
  durationMin: number;
  purpose: string;
  repId: Id | null;
  startsOn: DateOn;
  endsOn: DateOn | "";
}

export function emptyForm(today: DateOn, account: Pick<Account, "id" | "name"> | null): PlanForm {
  return {
    name: "",
    target: account ? "account" : "class",
    accountClass: "A",
    salesFrom: "",
    salesBelow: "",
    account,
    siteId: null,
    rhythm: "weeks",
    count: 4,
    weekdays: [],
    timeFrom: "",
    timeTo: "",
    durationMin: 30,
    purpose: "",
    repId: null,
    startsOn: today,
    endsOn: "",
  };
}

export function formOf({ plan, account }: PlanRow): PlanForm {
  return {
    name: plan.name,
    target: plan.account_id ? "account" : plan.account_class ? "class" : "sales",
    accountClass: plan.account_class ?? "A",
    salesFrom: "",
    salesBelow: "",
    account,
    siteId: plan.site_id,
    rhythm: plan.every_weeks ? "weeks" : "month",
    count: plan.every_weeks ?? plan.per_month ?? 1,
    weekdays: plan.weekdays,
    timeFrom: plan.time_from ?? "",
    timeTo: plan.time_to ?? "",
    durationMin: plan.duration_min,
    purpose: plan.purpose ?? "",
    repId: plan.rep_id,
    startsOn: plan.starts_on,
    endsOn: plan.ends_on ?? "",
  };
}

export type PlanHow = Pick<
  CallPlanFields,
  | "name"
  | "every_weeks"
  | "per_month"
  | "weekdays"
  | "time_from"
  | "time_to"
  | "duration_min"
  | "purpose"
  | "rep_id"
  | "starts_on"
>;

/** What a form says of how often, when and by whom. `name` is taken where none is given. */
export function howOf(form: PlanForm, name: string): PlanHow {
  return {
    name: form.name.trim() || name,
    every_weeks: form.rhythm === "weeks" ? form.count : null,
    per_month: form.rhythm === "month" ? form.count : null,
    weekdays: WEEKDAYS.filter((day) => form.weekdays.includes(day)),
    time_from: form.timeFrom || null,
    time_to: form.timeTo || null,
    duration_min: form.durationMin,
    purpose: form.purpose.trim() || null,
    rep_id: form.repId,
    starts_on: form.startsOn,
  };
}

export type PlanTarget = Pick<
  CallPlanFields,
  "account_id" | "site_id" | "account_class" | "sales_from_minor" | "sales_below_minor"
>;

/** Whom a form is for; null where that is not said yet. `minorOf` reads an amount: `undefined` where it is none. */
export function targetOf(form: PlanForm, minorOf: (text: string) => number | null | undefined): PlanTarget | null {
  const nobody = {
    account_id: null,
    site_id: null,
    account_class: null,
    sales_from_minor: null,
    sales_below_minor: null,
  };
  if (form.target === "class") return { ...nobody, account_class: form.accountClass };
  if (form.target === "account") {
    return form.account && { ...nobody, account_id: form.account.id, site_id: form.siteId };
  }
  const [from, below] = [minorOf(form.salesFrom), minorOf(form.salesBelow)];
  if (from === undefined || below === undefined || (from === null && below === null)) return null;
  return { ...nobody, sales_from_minor: from, sales_below_minor: below };
}
