import type { Position } from "../db/types.ts";

/** How far it is by road, and how long it takes, where only the straight line is known: as the server reckons it. */
export interface TravelProfile {
  /** Metres of road for each metre of straight line. */
  detour_factor: number;
  /** The journey's first kilometres are driven at the first speed, and so on; the last band has no end. */
  speeds: readonly { up_to_km: number | null; km_per_h: number }[];
}

export interface Leg {
  metres: number;
  seconds: number;
}

const EARTH_RADIUS_M = 6_371_009;

/** Metres between two positions on a sphere (haversine). */
export function distanceM(a: Position, b: Position): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const h =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
    Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(h));
}

export function legBetween(a: Position, b: Position, { detour_factor, speeds }: TravelProfile): Leg {
  const metres = distanceM(a, b) * detour_factor;
  let seconds = 0;
  let since = 0;
  for (const { up_to_km, km_per_h } of speeds) {
    const until = Math.min(metres, up_to_km === null ? metres : up_to_km * 1000);
    seconds += Math.max(0, until - since) / (km_per_h / 3.6);
    since = Math.max(since, until);
  }
  return { metres: Math.round(metres), seconds: Math.round(seconds) };
}
