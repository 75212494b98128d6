import type { Site } from "../../db/types.ts";
import { distanceM } from "../../rules/travel.ts";
import { labelsOf, type MapContent, type Place } from "../../ui/map/content.ts";

/** A phone that vouches for no less than this many metres is not where it says: the person should move the pin. */
export const INEXACT_M = 100;

const BOUNDS = { lat: 90, lng: 180 } as const;
const NUMBER = "([+-]?\\d+(?:[.,]\\d+)?)";
const DEGREES = `${NUMBER}\\s*°?\\s*([NSEWO])?`;
/** The comma between two numbers has a space behind it, or is one between numbers that are written with points. */
const PAIRS = [
  new RegExp(`^${DEGREES}(?:\\s*[,;]\\s+|\\s*;\\s*|\\s+)${DEGREES}$`, "i"),
  /^([+-]?\d+\.\d+)(),([+-]?\d+\.\d+)()$/,
  /^geo:([+-]?\d+(?:\.\d+)?)(),([+-]?\d+(?:\.\d+)?)()(?:[,;?].*)?$/i,
];

/** What stands in the two fields. */
export type WrittenPlace = Record<keyof Place, string>;

/** A pair as map apps hand it out: `47.1410, 9.5209`, `47,1410 9,5209`, `47.141° N, 9.5209° E` or `geo:47.1410,9.5209`. */
export function readPair(text: string): WrittenPlace | null {
  for (const pattern of PAIRS) {
    const found = pattern.exec(text.trim());
    if (found) return { lat: signed(found[1]!, found[2]), lng: signed(found[3]!, found[4]) };
  }
  return null;
}

function signed(degrees: string, side: string | undefined): string {
  return (/[SW]/i.test(side ?? "") ? "-" : "") + degrees.replace(",", ".");
}

/** A number of degrees, with a point or a comma; null if it is none, or out of bounds. */
export function readDegrees(text: string, of: keyof Place): number | null {
  if (!new RegExp(`^${NUMBER}$`).test(text.trim())) return null;
  const degrees = Number(text.trim().replace(",", "."));
  return Math.abs(degrees) <= BOUNDS[of] ? rounded(degrees) : null;
}

export function readWritten({ lat, lng }: WrittenPlace): Place | null {
  const place = { lat: readDegrees(lat, "lat"), lng: readDegrees(lng, "lng") };
  return place.lat === null || place.lng === null ? null : { lat: place.lat, lng: place.lng };
}

export function writePlace(place: Place | null): WrittenPlace {
  return place ? { lat: String(rounded(place.lat)), lng: String(rounded(place.lng)) } : { lat: "", lng: "" };
}

/** A tenth of a metre. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

/** How far a place lies from the former one, in metres; null if there was none, or it is the same. */
export function movedBy(former: Place | null, place: Place | null): number | null {
  if (!former || !place || samePlace(former, place)) return null;
  return distanceM({ ...former, accuracy_m: null }, { ...place, accuracy_m: null });
}

export function samePlace(one: Place | null, other: Place | null): boolean {
  const [a, b] = [writePlace(one), writePlace(other)];
  return a.lat === b.lat && a.lng === b.lng;
}

const OTHERS = "hsl(200, 20%, 50%)";

/** The other sites, which show where one is on a map without streets. Those of the same town are chosen by its name. */
export function surroundingsOf(site: Site, sites: readonly Site[]): MapContent {
  const others = sites.filter(({ id, position }) => id !== site.id && position);
  return {
    points: others.map(({ name, address, position }) => ({
      ...position!,
      id: address.city ?? "",
      name,
      color: OTHERS,
    })),
    labels: labelsOf(others.map(({ address, position }) => ({ city: address.city ?? null, position }))),
  };
}
