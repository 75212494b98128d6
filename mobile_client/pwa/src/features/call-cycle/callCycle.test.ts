import { expect, test } from "vitest";
import type { Account, Territory } from "../../db/types.ts";
import { byReason, chosenServices, mendingOf, type Service, type Unplaced } from "./callCycle.ts";

function unplaced(reason: Unplaced["reason"], rep_id: string | null = "anna"): Unplaced {
  return { call_plan_id: "p", account_id: "hotel", rep_id, first: "2026-11-23", last: "2026-12-06", reason };
}

test("each reason leads to where it can be mended", () => {
  expect(mendingOf(unplaced("no_site"), "vaduz")).toBe("/accounts/hotel");
  expect(mendingOf(unplaced("closed"), "vaduz")).toBe("/accounts/hotel");
  expect(mendingOf(unplaced("no_rep", null), "vaduz")).toBe("/territories?territory=vaduz");
  expect(mendingOf(unplaced("no_rep", null), null)).toBe("/territories");
  expect(mendingOf(unplaced("rep_away"), "vaduz")).toBe("/working-time?person=anna");
  expect(mendingOf(unplaced("days_full"), "vaduz")).toBe("/working-time?person=anna");
});

test("the most frequent reason comes first", () => {
  const reasons = byReason([unplaced("closed"), unplaced("rep_away"), unplaced("rep_away")]);
  expect([...reasons]).toEqual([
    ["rep_away", 2],
    ["closed", 1],
  ]);
});

test("customers are chosen by how they stand, who goes and where they are", () => {
  const service = (account_id: string, standing: Service["standing"], rep_id: string) =>
    ({ account_id, standing, rep_id }) as Service;
  const items = [
    service("hotel", "under", "anna"),
    service("bakery", "over", "anna"),
    service("kiosk", "under", "ben"),
  ];
  const accounts = new Map([["hotel", { id: "hotel", territory_id: "vaduz" } as Account]]);
  const territories = new Map([
    ["vaduz", { id: "vaduz", parent_id: "oberland" } as Territory],
    ["oberland", { id: "oberland", parent_id: null } as Territory],
  ]);
  const ids = (filter: Partial<Parameters<typeof chosenServices>[1]>) =>
    chosenServices(items, { standing: "both", repId: null, territoryId: null, ...filter }, accounts, territories).map(
      ({ account_id }) => account_id,
    );
  expect(ids({})).toEqual(["hotel", "bakery", "kiosk"]);
  expect(ids({ standing: "under" })).toEqual(["hotel", "kiosk"]);
  expect(ids({ repId: "anna" })).toEqual(["hotel", "bakery"]);
  expect(ids({ territoryId: "oberland" })).toEqual(["hotel"]);
});
