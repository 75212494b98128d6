import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import { getMeta } from "../../db/meta.ts";
import type { Account, CallPlan, DateOn, Id, Instant, Organisation, Position, Site } from "../../db/types.ts";
import { preferredOn } from "../../rules/callPlans.ts";
import { type Busy, type Call, gapsFor, type WorkingDay } from "../../rules/gaps.ts";
import { minutesOf, openSpans, type Span } from "../../rules/openingHours.ts";
import { territoriesOwnedBy } from "../../rules/ownership.ts";
import { type Reason, whoNext } from "../../rules/whoNext.ts";
import { worksOn } from "../../rules/workingTime.ts";
import { dateOn, dayBounds, timeOf } from "../../ui/format.ts";
import { type AgendaItem, isDone, isUnderWay, readAgenda } from "../today/agenda.ts";
import { dayOff } from "../working-time/workingTime.ts";

export interface Next {
  account: Account;
  site: Site | null;
  plan: CallPlan | null;
  score: number;
  reasons: Reason[];
}

export interface Asked {
  userId: Id;
  now: Instant;
  timeZone: string;
  position: Position | null;
}

/** Whom this person should visit next among the own customers, the best first. */
export async function readNext(db: Database, { userId, now, timeZone, position }: Asked): Promise<Next[]> {
  const [territories, users, everyAccount, sites, visits, orders, call_plans, quotes, agreements] = await Promise.all([
    listDocuments(db, "territory", {}),
    listDocuments(db, "user", { active: true }),
    listDocuments(db, "account", { status: "active" }),
    listDocuments(db, "site", {}),
    listDocuments(db, "visit", {}),
    listDocuments(db, "order", {}),
    listDocuments(db, "call_plan", { enabled: true }),
    listDocuments(db, "quote", { status: "open" }),
    listDocuments(db, "agreement", {}),
  ]);
  const day = dateOn(new Date(now), timeZone);
  const active = new Set(users.map(({ id }) => id));
  const own = territoriesOwnedBy(userId, { territories, active, day });
  const accounts = everyAccount.filter(({ territory_id }) => own.has(territory_id));
  const found = whoNext(
    { accounts, sites, visits, orders, call_plans, quotes, agreements },
    { now, time_zone: timeZone, position },
  );
  const accountById = new Map(accounts.map((account) => [account.id, account]));
  const siteById = new Map(sites.map((site) => [site.id, site]));
  return found.flatMap(({ account_id, site_id, plan, score, reasons }) => {
    const account = accountById.get(account_id);
    return account ? [{ account, site: siteById.get(site_id ?? "") ?? null, plan, score, reasons }] : [];
  });
}

const USUAL_MIN = 30;

export function durationOf({ plan }: Next): number {
  return plan?.duration_min ?? USUAL_MIN;
}

const ALWAYS: Span[] = [[0, 24 * 60]];

/** The visit to a customer that could be made on a day. Opening hours that only the server can read count as none. */
export function callOn(date: DateOn, next: Next): Call {
  const open = openSpans(next.site?.opening_hours ?? null, date) ?? ALWAYS;
  const preferred = preferredOn(date, next.plan);
  return { place: next.site?.position ?? null, durationMin: durationOf(next), open, preferred };
}

export interface NextDay {
  when: "Today" | "Tomorrow";
  date: DateOn;
  day: WorkingDay | null;
}

/** When the customer is best visited: as early as possible, at a time that the call plan prefers if there is one. */
export function bestFree(next: Next, days: readonly NextDay[]) {
  const free = (next.site ? days : []).flatMap(({ when, date, day }) =>
    (day ? gapsFor(day, callOn(date, next)) : []).map((gap) => ({ when, date, ...gap })),
  );
  return free.reduce<(typeof free)[number] | null>(
    (best, one) => (best && best.otherTimeS <= one.otherTimeS ? best : one),
    null,
  );
}

/** What a person has to do on a day, from now on, and when the person works. */
export async function readWorkingDay(
  db: Database,
  { userId, organisationId, date, now, timeZone, position }: Asked & { organisationId: Id; date: DateOn },
): Promise<WorkingDay | null> {
  const [organisation, user, weeks, absences, holidays, items] = await Promise.all([
    getDocument(db, "organisation", organisationId),
    getDocument(db, "user", userId),
    listDocuments(db, "working_week", { user_id: userId }),
    listDocuments(db, "absence", { user_id: userId }),
    getMeta(db, "holidays"),
    readAgenda(db, { userId, ...dayBounds(date, timeZone) }),
  ]);
  if (!organisation) return null;
  const isToday = date === dateOn(new Date(now), timeZone);
  const leaves = isToday ? minuteOf(now, timeZone) : 0;
  const home = user?.home ?? null;
  const been = isToday ? items.filter(isDone).findLast(({ site }) => site?.position) : undefined;
  const start = (isToday ? position : null) ?? been?.site?.position ?? home;
  const { holiday, absent } = dayOff(date, holidays, absences);
  const works = holiday || absent ? [] : worksOn(date, weeks[0] ?? null);
  const ahead = items.filter((item) => !isDone(item));
  return { busy: busyWith(ahead, { leaves, timeZone }), works, leaves, start, home, profile: profileOf(organisation) };
}

function profileOf({ detour_factor, speeds }: Organisation): WorkingDay["profile"] {
  return { detour_factor, speeds };
}

function busyWith(items: readonly AgendaItem[], { leaves, timeZone }: { leaves: number; timeZone: string }): Busy[] {
  const busy: Busy[] = [];
  for (const item of items) {
    const { duration_min } = item.kind === "visit" ? item.visit : item.appointment;
    const planned = minuteOf(item.startsAt, timeZone);
    // What should have begun is still to be made.
    const from = isUnderWay(item) ? planned : Math.max(planned, leaves);
    // A call is made from where one was before.
    const isCall = item.kind === "visit" && item.visit.kind === "phone";
    const place = isCall ? (busy.at(-1)?.place ?? null) : (item.site?.position ?? null);
    busy.push({ from, to: Math.max(from + duration_min, leaves), place });
  }
  return busy;
}

function minuteOf(instant: Instant, timeZone: string): number {
  return minutesOf(timeOf(new Date(instant), timeZone));
}

/** `08:15` for the 495th minute of a day. */
export function clockAt(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
