import { expect, it } from "vitest";
import type { Account, Site, Territory } from "../../db/types.ts";
import type { Geometry } from "../../ui/map/content.ts";
import { draftFrom, draftOf, geometryOf, isInside, overlap, previewOf, textOf } from "./outline.ts";
import { layOut } from "./territories.ts";

function square(lng: number, lat: number, size = 1): Geometry {
  const [east, north] = [lng + size, lat + size];
  const ring = [
    [lng, lat],
    [east, lat],
    [east, north],
    [lng, north],
    [lng, lat],
  ];
  return { type: "Polygon", coordinates: [ring] };
}

const withHole: Geometry = {
  type: "Polygon",
  coordinates: [square(0, 0, 3), square(1, 1, 1)].flatMap(({ coordinates }) => coordinates as number[][][]),
};

it("knows inside from outside, and a hole from both", () => {
  const inside = [0.5, 1.5, 4].map((at) => isInside(withHole, { lng: at, lat: at }));
  expect(inside).toEqual([true, false, false]);
});

it("tells areas that overlap from neighbours that share a border", () => {
  expect(overlap(square(0, 0), square(0.5, 0.5))).toBe(true);
  expect(overlap(square(0, 0, 3), square(1, 1))).toBe(true);
  expect(overlap(square(0, 0), square(0, 0))).toBe(true);
  expect(overlap(square(0, 0), square(1, 0))).toBe(false);
  expect(overlap(square(0, 0), square(1, 0.25, 0.5))).toBe(false);
  expect(overlap(square(0, 0), square(5, 5))).toBe(false);
});

it("comes back from a draft as it went in", () => {
  expect(geometryOf(draftOf(withHole))).toEqual({ type: "MultiPolygon", coordinates: [withHole.coordinates] });
});

it("is nothing before the third corner", () => {
  expect(geometryOf({ polygons: [[[[9, 47] as const, [9.1, 47] as const]]], drawing: true })).toBeNull();
});

it("is written as corners, latitude first, and read again", () => {
  const draft = draftOf(square(9, 47));
  const text = textOf(draft);
  expect(text).toBe("47.00000, 9.00000\n47.00000, 10.00000\n48.00000, 10.00000\n48.00000, 9.00000");
  expect(draftFrom(text)).toEqual(draft);
});

it("is written as GeoJSON where corners do not say it all, and read again", () => {
  expect(draftFrom(textOf(draftOf(withHole)))).toEqual(draftOf(withHole));
});

it("cannot be read from too few corners, from words or from beyond the map", () => {
  for (const text of ["47, 9\n47, 10", "a, b\nc, d\ne, f", "97, 9\n47, 10\n48, 10", "{}", "47\n48\n49"]) {
    expect(draftFrom(text)).toBeNull();
  }
});

it("shows who lies inside, who comes over, who stays outside and which sisters overlap", () => {
  const territory = (id: string, parent_id: string | null, polygon: Geometry | null = null) =>
    ({ id, name: id, parent_id, area_id: "area", polygon, members: [] }) as unknown as Territory;
  const at: Record<string, [string, number]> = {
    mine: ["here", 0.5],
    below: ["part", 0.6],
    theirs: ["sister", 0.7],
    waiting: ["area", 0.8],
    away: ["here", 3],
  };
  const land = layOut(
    {
      territories: [
        territory("area", null, square(0, 0, 5)),
        territory("here", "area"),
        territory("part", "here", square(0.4, 0.4, 0.3)),
        territory("sister", "area", square(0.65, 0.65)),
        territory("neighbour", "area", square(1, 0)),
      ],
      users: [],
      accounts: Object.entries(at).map(([id, [territory_id]]) => ({ id, name: id, territory_id }) as Account),
      sites: Object.entries(at).map(
        ([id, [, place]]) => ({ id, account_id: id, address: {}, position: { lat: place, lng: place } }) as Site,
      ),
      plans: [],
    },
    "2026-11-22",
  );
  const { inside, coming, outside, overlaps } = previewOf("here", square(0, 0), land);
  expect(inside).toBe(4);
  expect(coming.map(({ id }) => id)).toEqual(["theirs", "waiting"]);
  expect(outside.map(({ id }) => id)).toEqual(["away"]);
  expect(overlaps).toEqual(["sister"]);
});
