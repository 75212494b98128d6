import type { Account, Agreement, CallPlan, Id, Instant, Order, Position, Quote, Site, Visit } from "../db/types.ts";
import { intervalDays, planFinder } from "./callPlans.ts";
import { dayNumber, dayReader } from "./days.ts";
import { groupBy } from "./groups.ts";
import { distanceM } from "./travel.ts";

/** What is this far away or farther is not near. */
const NEAR_M = 5_000;
/** What being at the door weighs; half as far as `NEAR_M`, half of it. */
const NEAR_WEIGHS = 0.5;
/** No single reason weighs more: a customer lost long ago does not stay in front for ever. */
const MOST = 3;
/** What an open quote or an agreement weighs on its last day; on the day it becomes a reason next to nothing. */
const LAST_DAY_WEIGHS = 2;
/** An agreement that ends so many days from now or later is not expiring. */
const EXPIRING_DAYS = 60;
/** With fewer there is no rhythm. */
const FEWEST_ORDERS = 3;
const SALES_OVER_DAYS = 365;
/** Whoever was visited less than this share of the interval ago is not worth a visit for being near. */
const RECENT_SHARE = 0.5;
/** For customers without a call plan. */
const USUAL_INTERVAL_DAYS = 28;

export type Reason =
  | { kind: "overdue_plan" | "overdue_rhythm"; days: number; every_days: number }
  | { kind: "open_quote"; quote_id: Id; days: number; days_left: number; amount_minor: number; currency: string }
  | { kind: "expiring_agreement"; agreement_id: Id; days_left: number }
  | { kind: "near"; metres: number };

export interface NextVisit {
  account_id: Id;
  site_id: Id | null;
  /** The sum of what the reasons weigh. */
  score: number;
  reasons: Reason[];
}

export interface WhoNextRecords {
  accounts: readonly Pick<Account, "id" | "account_class" | "status">[];
  sites: readonly Pick<Site, "id" | "account_id" | "created_at" | "position">[];
  visits: readonly Pick<Visit, "account_id" | "status" | "planned_start_at" | "checked_in_at">[];
  orders: readonly Pick<Order, "account_id" | "status" | "placed_at" | "total_minor">[];
  call_plans: readonly CallPlan[];
  quotes: readonly NextQuote[];
  agreements: readonly NextAgreement[];
}

type NextQuote = Pick<
  Quote,
  "id" | "account_id" | "status" | "written_at" | "valid_until_on" | "total_minor" | "currency"
>;
type NextAgreement = Pick<Agreement, "id" | "account_id" | "ends_on" | "renewed_by_id" | "end_reason">;

/**
 * Whom to visit next, the best first, as the server says it: the same vectors hold both. Whoever has no reason, or has
 * a visit planned from today on, is not on the list. `plan` is the call plan that counts for the customer.
 */
export function whoNext(
  records: WhoNextRecords,
  { now, time_zone, position }: { now: Instant; time_zone: string; position: Position | null },
): (NextVisit & { plan: CallPlan | null })[] {
  const dayOf = dayReader(time_zone);
  const today = dayOf(now);
  const planFor = planFinder(records.call_plans, today);
  const visitsOf = groupBy(records.visits, ({ account_id }) => account_id);
  const ordersOf = groupBy(
    records.orders.filter(({ status }) => status !== "canceled" && status !== "rejected"),
    ({ account_id }) => account_id,
  );
  const sitesOf = groupBy(records.sites, ({ account_id }) => account_id);
  const quotesOf = groupBy(records.quotes, ({ account_id }) => account_id);
  const agreementsOf = groupBy(records.agreements, ({ account_id }) => account_id);

  return records.accounts
    .flatMap((account) => {
      const visits = visitsOf.get(account.id) ?? [];
      if (account.status !== "active" || visits.some(isAhead)) return [];
      const orders = (ordersOf.get(account.id) ?? []).map((order) => ({ ...order, day: dayOf(order.placed_at) }));
      const plan = planFor(account, () =>
        orders.reduce((sum, { day, total_minor }) => sum + (today - day <= SALES_OVER_DAYS ? total_minor : 0), 0),
      );
      const made = visits
        .filter(({ status }) => status === "completed")
        .map((visit) => dayOf(visit.checked_in_at ?? visit.planned_start_at));
      const last = made.length > 0 ? Math.max(...made) : null;
      const site = nearest(toVisit(sitesOf.get(account.id) ?? [], plan), position);
      const weighed = [
        overduePlan(plan, last, today),
        overdueRhythm(
          orders.map(({ day }) => day),
          today,
        ),
        openQuote(quotesOf.get(account.id) ?? [], today, dayOf),
        expiringAgreement(agreementsOf.get(account.id) ?? [], today),
        near(plan, site?.position ?? null, last, position, today),
      ].filter((each) => each !== null);
      if (weighed.length === 0) return [];
      const weight = weighed.reduce((sum, each) => sum + each.weight, 0);
      const reasons = weighed.map(({ reason }) => reason);
      const score = Math.round(weight * 1e4) / 1e4;
      return [{ account_id: account.id, site_id: site?.id ?? null, score, reasons, plan }];
    })
    .sort((one, other) => other.score - one.score || (one.account_id < other.account_id ? -1 : 1));

  function isAhead({ status, planned_start_at }: WhoNextRecords["visits"][number]): boolean {
    if (status === "in_progress") return true;
    return (status === "planned" || status === "confirmed") && dayOf(planned_start_at) >= today;
  }
}

type Weighed = { reason: Reason; weight: number } | null;

function overduePlan(plan: CallPlan | null, last: number | null, today: number): Weighed {
  if (!plan) return null;
  const every = intervalDays(plan);
  const over = last === null ? today - dayNumber(plan.starts_on) : today - last - every;
  return over > 0 ? overdue("overdue_plan", over, every) : null;
}

function overdueRhythm(orderDays: readonly number[], today: number): Weighed {
  const days = [...new Set(orderDays)].sort((one, other) => one - other);
  if (days.length < FEWEST_ORDERS) return null;
  const every = median(days.slice(1).map((day, before) => day - (days[before] as number)));
  const over = today - (days.at(-1) as number) - every;
  return over > 0 ? overdue("overdue_rhythm", over, every) : null;
}

function overdue(kind: "overdue_plan" | "overdue_rhythm", over: number, every: number): Weighed {
  return { reason: { kind, days: round(over), every_days: round(every) }, weight: Math.min(over / every, MOST) };
}

/** Of several quotes the one that ends first. */
function openQuote(quotes: readonly NextQuote[], today: number, dayOf: (instant: Instant) => number): Weighed {
  const first = firstToEnd(
    quotes
      .filter(({ status }) => status === "open")
      .map((quote) => ({
        ...quote,
        days: today - dayOf(quote.written_at),
        left: dayNumber(quote.valid_until_on) - today,
      }))
      .filter(({ days, left }) => days > 0 && left >= 0),
  );
  if (!first) return null;
  const { id: quote_id, days, left: days_left, total_minor: amount_minor, currency } = first;
  const reason = { kind: "open_quote" as const, quote_id, days, days_left, amount_minor, currency };
  return { reason, weight: (LAST_DAY_WEIGHS * days) / (days + days_left) };
}

/** One that was ended on purpose, or is renewed already, is nothing to go there for. */
function expiringAgreement(agreements: readonly NextAgreement[], today: number): Weighed {
  const first = firstToEnd(
    agreements
      .filter(({ renewed_by_id, end_reason }) => renewed_by_id === null && end_reason === null)
      .map(({ id, ends_on }) => ({ id, left: dayNumber(ends_on) - today }))
      .filter(({ left }) => left >= 0 && left < EXPIRING_DAYS),
  );
  if (!first) return null;
  const reason = { kind: "expiring_agreement" as const, agreement_id: first.id, days_left: first.left };
  return { reason, weight: LAST_DAY_WEIGHS * (1 - first.left / EXPIRING_DAYS) };
}

function firstToEnd<One extends { id: Id; left: number }>(all: readonly One[]): One | undefined {
  return [...all].sort((one, other) => one.left - other.left || (one.id < other.id ? -1 : 1))[0];
}

function near(
  plan: CallPlan | null,
  place: Position | null,
  last: number | null,
  position: Position | null,
  today: number,
): Weighed {
  if (!position || !place) return null;
  const interval = plan ? intervalDays(plan) : USUAL_INTERVAL_DAYS;
  const metres = Math.round(distanceM(position, place));
  if (metres >= NEAR_M || (last !== null && today - last < interval * RECENT_SHARE)) return null;
  return { reason: { kind: "near", metres }, weight: NEAR_WEIGHS * (1 - metres / NEAR_M) };
}

type NextSite = WhoNextRecords["sites"][number];

/** The site that the call plan is about, if it names one of these, or else all of them. */
function toVisit(sites: readonly NextSite[], plan: CallPlan | null): readonly NextSite[] {
  const named = sites.filter(({ id }) => id === plan?.site_id);
  return named.length > 0 ? named : sites;
}

/** The nearest site, or the first made where there is no telling. */
function nearest(sites: readonly NextSite[], position: Position | null): NextSite | null {
  const inOrder = [...sites].sort(
    (one, other) => one.created_at.localeCompare(other.created_at) || one.id.localeCompare(other.id),
  );
  const first = inOrder[0] ?? null;
  if (!position) return first;
  const metres = (site: NextSite) => (site.position ? distanceM(position, site.position) : Number.POSITIVE_INFINITY);
  return inOrder.reduce((best, site) => (best && metres(best) <= metres(site) ? best : site), first);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

/** To the nearest whole number, halves to the even one: as the server does. */
function round(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
