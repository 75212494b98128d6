import { expect, test } from "vitest";
import type { Account, CallPlan, Territory, User } from "../../db/types.ts";
import { planFor, stateOf } from "../../rules/callPlans.ts";
import { ownerOf } from "../../rules/ownership.ts";
import {
  chosenPlans,
  emptyForm,
  formOf,
  howOf,
  inOrder,
  type PlanBook,
  type PlanFilter,
  type PlanRow,
  targetOf,
} from "./callPlans.ts";

const TODAY = "2026-11-22";
const ALL: PlanFilter = { search: "", repId: null, territoryId: null, accountClass: null };

function plan(fields: Partial<CallPlan>): CallPlan {
  return {
    id: "plan",
    name: "Plan",
    account_id: null,
    site_id: null,
    account_class: null,
    sales_from_minor: null,
    sales_below_minor: null,
    every_weeks: 2,
    per_month: null,
    weekdays: [],
    time_from: null,
    time_to: null,
    duration_min: 30,
    purpose: null,
    rep_id: null,
    starts_on: "2026-01-05",
    ends_on: null,
    enabled: true,
    version: 1,
    created_at: "",
    updated_at: "",
    ...fields,
  };
}

const hotel = { id: "hotel", name: "Hotel", account_class: "A", territory_id: "vaduz" } as Account;
const member = (id: string, user_id: string, starts_on: string, owner = true) => ({
  id,
  user_id,
  role: "rep" as const,
  starts_on,
  ends_on: null,
  owner,
});
const oberland = {
  id: "oberland",
  parent_id: null,
  members: [member("m1", "anna", "2024-01-01")],
} as unknown as Territory;
const vaduz = { id: "vaduz", parent_id: "oberland", members: [] } as unknown as Territory;
const mauren = {
  id: "mauren",
  parent_id: null,
  members: [member("m3", "carl", "2025-06-01", false), member("m2", "ben", "2025-01-01")],
} as unknown as Territory;
const territories = new Map([oberland, vaduz, mauren].map((each) => [each.id, each]));

function book(...plans: Partial<CallPlan>[]): PlanBook {
  const rows = plans.map<PlanRow>((fields) => {
    const made = plan({ id: fields.name ?? "", ...fields });
    return { plan: made, account: made.account_id ? hotel : null, rep: null };
  });
  return { rows, territories, reps: [{ id: "anna" }, { id: "ben" }] as User[] };
}

function named(rows: readonly PlanRow[]): string[] {
  return rows.map((row) => row.plan.name);
}

test("a plan is in effect on its days, unless it is switched off", () => {
  expect(stateOf(plan({}), TODAY)).toBe("current");
  expect(stateOf(plan({ ends_on: TODAY }), TODAY)).toBe("current");
  expect(stateOf(plan({ ends_on: "2026-11-21" }), TODAY)).toBe("over");
  expect(stateOf(plan({ starts_on: "2026-11-23" }), TODAY)).toBe("coming");
  expect(stateOf(plan({ enabled: false }), TODAY)).toBe("off");
});

test("of several plans the narrowest counts, and of two of a kind the one that started later", () => {
  const own = plan({ id: "own", account_id: "hotel" });
  const older = plan({ id: "older", account_class: "A" });
  const newer = plan({ id: "newer", account_class: "A", starts_on: "2026-06-01" });
  const other = plan({ id: "other", account_class: "B" });
  const sales = plan({ id: "sales", sales_from_minor: 100 });
  const idFor = (plans: CallPlan[], bySales: string | null = null) => planFor(plans, hotel, TODAY, bySales)?.id;
  expect(idFor([sales, older, own, newer], "sales")).toBe("own");
  expect(idFor([sales, older, newer], "sales")).toBe("newer");
  expect(idFor([other, sales], "sales")).toBe("sales");
  expect(idFor([other, sales])).toBeUndefined();
  expect(idFor([{ ...own, enabled: false }, other])).toBeUndefined();
});

test("an account belongs to the owner of its territory who still works here, or of the one above", () => {
  const on = (day: string, ...people: string[]) => ({ territories, active: new Set(people), day });
  expect(ownerOf("mauren", on(TODAY, "ben", "carl"))).toBe("ben");
  expect(ownerOf("mauren", on(TODAY, "carl"))).toBeNull();
  expect(ownerOf("vaduz", on(TODAY, "anna"))).toBe("anna");
  expect(ownerOf("vaduz", on("2023-12-31", "anna"))).toBeNull();
});

test("plans are found by words, class, territory and who goes", () => {
  const plans = book(
    { name: "Class A", account_class: "A" },
    { name: "Class B", account_class: "B", rep_id: "ben" },
    { name: "Sales", sales_from_minor: 100 },
    { name: "Own", account_id: "hotel", purpose: "Key account" },
  );
  const found = (filter: Partial<PlanFilter>) => named(chosenPlans(plans, { ...ALL, ...filter }, TODAY));
  expect(found({})).toEqual(["Class A", "Class B", "Sales", "Own"]);
  expect(found({ search: "hotel KEY" })).toEqual(["Own"]);
  expect(found({ accountClass: "A" })).toEqual(["Class A", "Sales", "Own"]);
  expect(found({ territoryId: "oberland" })).toEqual(["Class A", "Class B", "Sales", "Own"]);
  expect(found({ territoryId: "mauren" })).toEqual(["Class A", "Class B", "Sales"]);
  expect(found({ repId: "ben" })).toEqual(["Class A", "Class B", "Sales"]);
  expect(found({ repId: "anna" })).toEqual(["Class A", "Sales", "Own"]);
});

test("plans are in the order that was chosen", () => {
  const { rows } = book({ name: "B", starts_on: "2026-02-02" }, { name: "A" }, { name: "C" });
  const counts = new Map([["C", 7]]);
  expect(named(inOrder(rows, "name", counts))).toEqual(["A", "B", "C"]);
  expect(named(inOrder(rows, "customers", counts))).toEqual(["C", "A", "B"]);
  expect(named(inOrder(rows, "newest", counts))).toEqual(["B", "A", "C"]);
});

test("what is filled in says whom, how often and when", () => {
  const form = {
    ...emptyForm(TODAY, null),
    rhythm: "month",
    count: 3,
    weekdays: ["th", "tu"],
    timeFrom: "09:00",
  } as const;
  const asForm = { ...form, weekdays: [...form.weekdays] };
  expect(howOf(asForm, "Class A, 3 a month")).toEqual({
    name: "Class A, 3 a month",
    every_weeks: null,
    per_month: 3,
    weekdays: ["tu", "th"],
    time_from: "09:00",
    time_to: null,
    duration_min: 30,
    purpose: null,
    rep_id: null,
    starts_on: TODAY,
  });
  expect(targetOf(asForm, () => null)?.account_class).toBe("A");
});

test("a range of sales needs one bound at least, and amounts that can be read", () => {
  const minorOf = (text: string) => (text === "" ? null : Number.isNaN(Number(text)) ? undefined : Number(text) * 100);
  const form = { ...emptyForm(TODAY, null), target: "sales" as const };
  expect(targetOf(form, minorOf)).toBeNull();
  expect(targetOf({ ...form, salesFrom: "much" }, minorOf)).toBeNull();
  expect(targetOf({ ...form, salesFrom: "5000" }, minorOf)).toMatchObject({
    sales_from_minor: 500_000,
    sales_below_minor: null,
  });
});

test("one customer is not said before one is picked", () => {
  const form = { ...emptyForm(TODAY, null), target: "account" as const };
  expect(targetOf(form, () => null)).toBeNull();
  expect(targetOf(emptyForm(TODAY, hotel), () => null)).toMatchObject({ account_id: "hotel", account_class: null });
});

test("a plan that is opened and kept stays as it is", () => {
  const made = plan({ account_class: "A", weekdays: ["mo"], time_to: "11:30", purpose: "Stock" });
  const { account_id, site_id, account_class, sales_from_minor, sales_below_minor, ends_on, enabled, ...how } = made;
  const { id, version, created_at, updated_at, ...kept } = how;
  expect(howOf(formOf({ plan: made, account: null, rep: null }), made.name)).toEqual(kept);
});
