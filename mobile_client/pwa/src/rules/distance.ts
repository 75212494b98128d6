import type { Position } from "../db/types.ts";

/** From how many metres on a check-in is far away, where the organisation's own figure is not on this phone. */
export const DEFAULT_FAR_AWAY_M = 500;

const EARTH_RADIUS_M = 6_371_009;

/** Metres between two positions on a sphere (haversine). */
export function distanceM(a: Position, b: Position): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const h =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
    Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(h));
}

export interface CheckInPlace {
  distance_m: number | null;
  accuracy_m: number | null;
  limit_m: number;
}

/** Somebody is surely further away than the limit. What the phone is unsure of counts for the person. */
export function isFarAway({ distance_m, accuracy_m, limit_m }: CheckInPlace): boolean {
  return distance_m !== null && distance_m - (accuracy_m ?? 0) > limit_m;
}
