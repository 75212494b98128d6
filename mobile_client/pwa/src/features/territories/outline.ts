import type { Account, Id } from "../../db/types.ts";
import type { Geometry, Place } from "../../ui/map/content.ts";
import type { Draft, Ring } from "../../ui/map/draft.ts";
import { type Land, polygonIn, withAllBelow } from "./territories.ts";

/** Half a metre: what is nearer to a border stands on it. */
const ON_BORDER = 5e-6;

/** Whether a place is inside, by the even-odd rule: holes are outside, whichever way rings turn. */
export function isInside(geometry: Geometry, { lng, lat }: Place): boolean {
  return polygonsOf(geometry).some((rings) => rings.filter((ring) => crossings(ring, lng, lat) % 2 === 1).length % 2);
}

function crossings(ring: Ring, lng: number, lat: number): number {
  let count = 0;
  for (const [[fromLng, fromLat], [toLng, toLat]] of linesOf(ring)) {
    if (toLat > lat !== fromLat > lat && lng < fromLng + ((lat - fromLat) / (toLat - fromLat)) * (toLng - fromLng)) {
      count++;
    }
  }
  return count;
}

type Line = readonly [readonly [number, number], readonly [number, number]];

function linesOf(ring: Ring): Line[] {
  return ring.map((corner, at) => [corner, ring[(at + 1) % ring.length]!]);
}

function polygonsOf(geometry: Geometry): Ring[][] {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map((rings) => rings.map((ring) => open(ring)));
}

/** GeoJSON says the first corner of a ring again at its end. */
function open(ring: readonly number[][]): Ring {
  const corners = ring.map(([lng = 0, lat = 0]) => [lng, lat] as [number, number]);
  const [first, last] = [corners[0], corners.at(-1)];
  if (corners.length > 1 && first && last && first[0] === last[0] && first[1] === last[1]) corners.pop();
  return corners;
}

export function draftOf(geometry: Geometry | null): Draft {
  return geometry ? { polygons: polygonsOf(geometry), drawing: false } : { polygons: [[[]]], drawing: true };
}

/** What was drawn, or null while it is less than a triangle. */
export function geometryOf({ polygons }: Draft): Extract<Geometry, { type: "MultiPolygon" }> | null {
  const coordinates = polygons
    .map((rings) => rings.filter((ring) => ring.length > 2).map((ring) => [...ring, ring[0]!].map((each) => [...each])))
    .filter((rings) => rings.length > 0);
  return coordinates.length > 0 ? { type: "MultiPolygon", coordinates } : null;
}

/** One corner a line, latitude first as people write it; GeoJSON for what has several parts or holes. */
export function textOf(draft: Draft): string {
  const [only, ...more] = draft.polygons;
  if (more.length > 0 || (only && only.length > 1)) return JSON.stringify(geometryOf(draft));
  return (only?.[0] ?? []).map(([lng, lat]) => `${lat.toFixed(5)}, ${lng.toFixed(5)}`).join("\n");
}

/** The outline that a text says: corners or GeoJSON; null if it cannot be read. */
export function draftFrom(text: string): Draft | null {
  if (text.trim() === "") return draftOf(null);
  if (text.trim().startsWith("{")) {
    const geometry = polygonIn(text);
    return geometry && draftOf(geometry);
  }
  const corners = text
    .trim()
    .split(/\n+/)
    .map((line) =>
      line
        .trim()
        .split(/[\s,;]+/)
        .map(Number),
    );
  const good = corners.every(
    ([lat = Number.NaN, lng = Number.NaN, ...rest]) => Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && rest.length === 0,
  );
  if (!good || corners.length < 3) return null;
  return { polygons: [[corners.map(([lat = 0, lng = 0]) => [lng, lat] as [number, number])]], drawing: false };
}

/** Whether two areas share more than a border. */
export function overlap(one: Geometry, other: Geometry): boolean {
  const rings = [polygonsOf(one).flat(), polygonsOf(other).flat()] as const;
  const lines = rings.map((each) => each.flatMap(linesOf)) as [Line[], Line[]];
  if (!boxesMeet(lines[0], lines[1])) return false;
  if (lines[0].some((line) => lines[1].some((crossing) => cross(line, crossing)))) return true;
  const reachesInto = (area: Geometry, its: Line[], visitors: Line[]) =>
    visitors.some(([[lng, lat], [nextLng, nextLat]]) =>
      [
        { lng, lat },
        { lng: (lng + nextLng) / 2, lat: (lat + nextLat) / 2 },
      ].some((place) => isInside(area, place) && !its.some((line) => distance(place, line) < ON_BORDER)),
    );
  return reachesInto(one, lines[0], lines[1]) || reachesInto(other, lines[1], lines[0]) || same(lines[0], lines[1]);
}

function boxesMeet(one: Line[], other: Line[]): boolean {
  const range = (lines: Line[], axis: 0 | 1) => {
    const values = lines.map(([from]) => from[axis]);
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const;
  };
  if (one.length === 0 || other.length === 0) return false;
  return ([0, 1] as const).every((axis) => {
    const [[low, high], [otherLow, otherHigh]] = [range(one, axis), range(other, axis)];
    return low <= otherHigh && otherLow <= high;
  });
}

function cross([a, b]: Line, [c, d]: Line): boolean {
  const side = (from: Line[0], to: Line[0], of: Line[0]) =>
    Math.sign(rounded((to[0] - from[0]) * (of[1] - from[1]) - (to[1] - from[1]) * (of[0] - from[0])));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Corners that lie on the other's border to within its rounding are on neither side of it. */
function rounded(area: number): number {
  return Math.abs(area) < 1e-12 ? 0 : area;
}

function distance({ lng, lat }: Place, [[fromLng, fromLat], [toLng, toLat]]: Line): number {
  const [x, y] = [toLng - fromLng, toLat - fromLat];
  const length = x * x + y * y;
  const share = length ? Math.max(0, Math.min(1, ((lng - fromLng) * x + (lat - fromLat) * y) / length)) : 0;
  return Math.hypot(fromLng + share * x - lng, fromLat + share * y - lat);
}

function same(one: Line[], other: Line[]): boolean {
  const keys = (lines: Line[]) =>
    lines
      .map(([corner]) => corner.join())
      .sort()
      .join(";");
  return keys(one) === keys(other);
}

export interface OutlinePreview {
  /** Accounts in the outline, of whatever territory. */
  inside: number;
  /** Those of them that belong neither here nor below. */
  coming: Account[];
  /** The territory's own accounts outside. */
  outside: Account[];
  /** Sisters whose outline overlaps with it. */
  overlaps: string[];
}

/** What an outline would mean for a territory. */
export function previewOf(territoryId: Id, geometry: Geometry | null, { rows, byId, places }: Land): OutlinePreview {
  const row = byId.get(territoryId);
  if (!row || !geometry) return { inside: 0, coming: [], outside: [], overlaps: [] };
  const isIn = ({ id }: Account) => {
    const place = places.get(id);
    return place !== undefined && isInside(geometry, place);
  };
  const itsOwn = withAllBelow([territoryId], rows);
  const inside = rows.flatMap(({ own }) => own).filter(isIn);
  return {
    inside: inside.length,
    coming: inside.filter(({ territory_id }) => !itsOwn.has(territory_id)).sort(byName),
    outside: row.own.filter((account) => places.has(account.id) && !isIn(account)).sort(byName),
    overlaps: rows
      .filter(
        ({ territory: { id, parent_id, polygon } }) =>
          id !== territoryId &&
          parent_id === row.territory.parent_id &&
          polygon !== null &&
          overlap(geometry, polygon as Geometry),
      )
      .map(({ territory }) => territory.name),
  };
}

function byName(one: Account, other: Account): number {
  return one.name.localeCompare(other.name);
}
