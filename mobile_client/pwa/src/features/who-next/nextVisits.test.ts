import { beforeEach, expect, test } from "vitest";
import { Database } from "../../db/database.ts";
import { setMeta } from "../../db/meta.ts";
import type { Entity, Visit } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { ME, plannedVisit } from "../../testing/phone.ts";
import { bestFree, callOn, type Next, readNext, readWorkingDay } from "./nextVisits.ts";

const [ORGANISATION, MINE, THEIRS] = [newId(), newId(), newId()];
const VADUZ = { lat: 47.141, lng: 9.5209, accuracy_m: null };
const SCHAAN = { lat: 47.165, lng: 9.509, accuracy_m: null };
const asked = { userId: ME, now: "2026-11-25T08:10:00Z", timeZone: "Europe/Vaduz", position: null };
const today = { ...asked, organisationId: ORGANISATION, date: "2026-11-25" };

let db: Database;

beforeEach(async () => {
  db = new Database(`test-${newId()}`);
  const speeds = [{ up_to_km: null, km_per_h: 60 }];
  await here("organisation", { id: ORGANISATION, detour_factor: 1, speeds });
  await here("user", { id: ME, active: true, home: VADUZ });
});

async function here(entity: Entity, doc: { id: string; [field: string]: unknown }): Promise<void> {
  await db.documents.put({ entity, id: doc.id, rev: 1, buckets: { org: 1 }, doc });
}

async function stop(fields: Partial<Visit>, position: typeof VADUZ | null = VADUZ): Promise<void> {
  const visit = plannedVisit({ account_id: newId(), site_id: newId(), ...fields });
  await here("visit", visit);
  await here("site", { id: visit.site_id, account_id: visit.account_id, position });
}

test("only the own customers are asked after, who are due by their call plan", async () => {
  const member = { id: newId(), user_id: ME, role: "rep", starts_on: "2026-01-01", ends_on: null, owner: true };
  await here("territory", { id: MINE, parent_id: null, members: [member] });
  await here("territory", { id: THEIRS, parent_id: null, members: [] });
  const plan = { account_id: null, account_class: "A", every_weeks: 2, per_month: null, starts_on: "2026-01-05" };
  await here("call_plan", { id: newId(), enabled: true, ends_on: null, duration_min: 45, weekdays: [], ...plan });
  const [own, other] = [newId(), newId()];
  for (const [id, territory_id] of [
    [own, MINE],
    [other, THEIRS],
  ] as const) {
    await here("account", { id, territory_id, account_class: "A", status: "active" });
    await here("site", { id: newId(), account_id: id, created_at: "2026-01-01T00:00:00Z", position: VADUZ });
  }
  const [next, ...more] = await readNext(db, asked);
  expect(more).toEqual([]);
  expect(next?.account.id).toBe(own);
  expect(next?.site?.account_id).toBe(own);
  expect(next?.reasons).toEqual([{ kind: "overdue_plan", days: 324, every_days: 14 }]);
  expect(callOn("2026-11-25", next as Next).durationMin).toBe(45);
});

test("a customer is offered the time that the call plan prefers, be it tomorrow, or else the first one", async () => {
  const [now, then] = ["2026-11-25", "2026-11-26"];
  const days = [
    { when: "Today" as const, date: now, day: await readWorkingDay(db, today) },
    { when: "Tomorrow" as const, date: then, day: await readWorkingDay(db, { ...today, date: then }) },
  ];
  const offered = (plan: Partial<Next["plan"]>) => {
    const next = { plan: { duration_min: 30, weekdays: [], time_from: null, time_to: null, ...plan } };
    const best = bestFree({ ...next, site: { position: VADUZ, opening_hours: null } } as unknown as Next, days);
    return best && [best.when, best.begins];
  };
  expect(offered({})).toEqual(["Today", 550]);
  expect(offered({ weekdays: ["we"], time_from: "14:00" })).toEqual(["Today", 840]);
  expect(offered({ weekdays: ["th"] })).toEqual(["Tomorrow", 480]);
  expect(offered({ time_to: "09:00" })).toEqual(["Tomorrow", 480]);
  expect(offered({ weekdays: ["mo"] })).toEqual(["Today", 550]);
});

test("from now on: what is over counts no more, and what should have begun is still to be made", async () => {
  await stop({ planned_start_at: "2026-11-25T07:00:00Z", status: "completed" }, SCHAAN);
  await stop({ planned_start_at: "2026-11-25T07:30:00Z", duration_min: 20 });
  await stop({ planned_start_at: "2026-11-25T10:00:00Z", kind: "phone" }, SCHAAN);
  await stop({ planned_start_at: "2026-11-25T11:00:00Z", status: "canceled" });
  const day = await readWorkingDay(db, today);
  expect(day).toMatchObject({ leaves: 550, start: SCHAAN, home: VADUZ });
  // A call is made from where one is.
  expect(day?.busy).toEqual([
    { from: 550, to: 570, place: VADUZ },
    { from: 660, to: 690, place: VADUZ },
  ]);
});

test("another day begins at home, when work does", async () => {
  const day = await readWorkingDay(db, { ...today, date: "2026-11-26", position: SCHAAN });
  expect(day).toMatchObject({ leaves: 0, start: VADUZ, busy: [] });
  expect(day?.works[0]).toEqual([480, 720]);
});

test("nobody works on a public holiday, or while absent", async () => {
  const named = { country: "LI", subdivision: null, subdivisions: [], on: "2026-11-25", language: "en" };
  await setMeta(db, "holidays", { ...named, items: [{ day: "2026-11-25", name: "A holiday" }] });
  expect((await readWorkingDay(db, today))?.works).toEqual([]);
  const days = { starts_on: "2026-11-26", ends_on: "2026-11-27" };
  await here("absence", { id: newId(), user_id: ME, ...days, withdrawn: false });
  expect((await readWorkingDay(db, { ...today, date: "2026-11-26" }))?.works).toEqual([]);
  expect((await readWorkingDay(db, { ...today, date: "2026-11-30" }))?.works).toHaveLength(2);
});
