import { expect, it } from "vitest";
import type { PlanFigures } from "../../db/types.ts";
import { contentOf, type PlanMap, rowsOf } from "./planMap.ts";

function figures(...ids: string[]): PlanFigures {
  const territories = ids.map((id) => ({
    territory_id: id,
    name: `Name ${id}`,
    accounts: 1,
    workload: 2,
    distance_km: 3,
  }));
  return { territories, imbalance_pct: 0, mean_distance_km: 0, changing_hands: 0 };
}

function planned(name: string, from: string, to: string): PlanMap["features"][number] {
  return {
    geometry: { type: "Point", coordinates: [9, 47] },
    properties: { kind: "account", name, from_territory_id: from, to_territory_id: to },
  };
}

const rows = rowsOf(figures("1", "10"), figures("1", "2"));
const map: PlanMap = { features: [planned("stays", "1", "1"), planned("goes", "1", "2")] };

it("lists the territories of both divisions, also those that go or come", () => {
  expect(rows.map(({ name, before, after }) => [name, before !== null, after !== null])).toEqual([
    ["Name 1", true, true],
    ["Name 2", false, true],
    ["Name 10", true, false],
  ]);
});

it("shows every account in its territory, and marks those that change hands", () => {
  const shown = (view: "before" | "after" | "changes") =>
    contentOf(map, rows, { view, labels: [] }).points?.map(({ id, name, marked }) => [id, name, marked]);
  expect(shown("before")).toEqual([
    ["1", "stays: Name 1", false],
    ["1", "goes: Name 1 → Name 2", true],
  ]);
  expect(shown("after")?.map(([id]) => id)).toEqual(["1", "2"]);
  expect(shown("changes")).toEqual([["2", "goes: Name 1 → Name 2", true]]);
});
