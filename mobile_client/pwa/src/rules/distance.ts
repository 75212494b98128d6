/** From how many metres on a check-in is far away, where the organisation's own figure is not on this phone. */
export const DEFAULT_FAR_AWAY_M = 500;

export interface CheckInPlace {
  distance_m: number | null;
  accuracy_m: number | null;
  limit_m: number;
}

/** Somebody is surely further away than the limit. What the phone is unsure of counts for the person. */
export function isFarAway({ distance_m, accuracy_m, limit_m }: CheckInPlace): boolean {
  return distance_m !== null && distance_m - (accuracy_m ?? 0) > limit_m;
}
