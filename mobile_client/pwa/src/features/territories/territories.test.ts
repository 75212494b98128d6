import { expect, it } from "vitest";
import type { Account, Membership, Site, Territory, User, Visit } from "../../db/types.ts";
import { geoJsonOf, goingAlong, layOut, mapOf, polygonIn, territoriesOf } from "./territories.ts";

const TODAY = "2026-11-22";

function member(user_id: string, starts_on: string, ends_on: string | null = null): Membership {
  return { id: `${user_id}-${starts_on}`, user_id, role: "rep", starts_on, ends_on, owner: true };
}

function territory(id: string, parent_id: string | null, ...members: Membership[]): Territory {
  return { id, name: id, parent_id, area_id: "land", polygon: null, members } as unknown as Territory;
}

function account(id: string, territory_id: string, account_class: "A" | "C", status = "active"): Account {
  return { id, name: id, territory_id, account_class, status } as Account;
}

const land = layOut(
  {
    territories: [
      territory("vaduz", "land", member("ada", "2026-01-01", "2026-11-22"), member("bob", "2026-11-23")),
      territory("land", null),
      territory("schaan", "land", member("ada", "2026-01-01")),
    ],
    users: [{ id: "ada", name: "Ada", active: true } as User, { id: "bob", name: "Bob", active: true } as User],
    accounts: [account("one", "vaduz", "A"), account("two", "vaduz", "C", "inactive"), account("three", "schaan", "C")],
    sites: [
      { id: "2", account_id: "one", address: { city: "Vaduz" }, position: { lat: 2, lng: 2 } },
      { id: "1", account_id: "one", address: { city: "Vaduz" }, position: { lat: 1, lng: 1 } },
    ] as Site[],
    plans: [],
  },
  TODAY,
);

it("lays the tree out from the top, with what lies below added up", () => {
  const shown = land.rows.map(({ territory: { id }, depth, accounts, workload }) => [id, depth, accounts, workload]);
  expect(shown).toEqual([
    ["land", 0, 3, 5],
    ["schaan", 1, 1, 1],
    ["vaduz", 1, 2, 4],
  ]);
});

it("names those who own the accounts today", () => {
  expect(land.rows.map(({ owner }) => owner?.userId)).toEqual([undefined, "ada", "ada"]);
  expect(land.byId.get("vaduz")?.followers.map(({ userId }) => userId)).toEqual(["bob"]);
});

it("finds the territories that somebody has from a day on", () => {
  const on = (day: string) => territoriesOf("ada", land.rows, day).map((row) => row.territory.id);
  expect(on(TODAY)).toEqual(["schaan", "vaduz"]);
  expect(on("2026-11-23")).toEqual(["schaan"]);
});

it("counts what goes along, also from below", () => {
  const visits = [{ account_id: "one" }, { account_id: "elsewhere" }] as Visit[];
  expect(goingAlong(["land"], land, visits)).toEqual({ accounts: 3, visits: 1 });
  expect(goingAlong(["schaan"], land, visits)).toEqual({ accounts: 1, visits: 0 });
});

it("puts an account where its first site with a place is", () => {
  expect(mapOf(land).points).toMatchObject([{ id: "vaduz", name: "one", lat: 1, lng: 1 }]);
});

it("finds the polygon in a file, however it is wrapped", () => {
  const polygon = { type: "Polygon", coordinates: [[[0, 0]]] };
  const feature = { type: "Feature", geometry: polygon };
  const collection = { type: "FeatureCollection", features: [{ type: "Feature", geometry: null }, feature] };
  for (const file of [polygon, feature, collection]) expect(polygonIn(JSON.stringify(file))).toEqual(polygon);
  for (const text of ["", "null", "[]", '{"type": "Point"}']) expect(polygonIn(text)).toBeNull();
});

it("writes a file that it can read", () => {
  const drawn = { ...territory("vaduz", null), polygon: { type: "MultiPolygon", coordinates: [] } } as Territory;
  expect(polygonIn(geoJsonOf(drawn))).toEqual(drawn.polygon);
});
