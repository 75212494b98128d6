/** What a map shows, in WGS 84 degrees, without a word about the library that draws it. */

export interface Place {
  lat: number;
  lng: number;
}

export type Geometry =
  | { type: "Polygon"; coordinates: number[][][] }
  | { type: "MultiPolygon"; coordinates: number[][][][] };

export interface MapArea {
  id: string;
  geometry: Geometry;
  color: string;
  /** Nobody drew it: it is only the outline of what lies in it. */
  outline?: boolean;
}

export interface MapPoint extends Place {
  /** What is chosen when the point is pressed, such as its territory. */
  id: string;
  /** Shown beside the point when the pointer is on it. */
  name: string;
  color: string;
  /** Stands out from the others. */
  marked?: boolean;
}

/** A place that is visited, in its turn. */
export interface MapStop extends Place {
  id: string;
  /** Written on it: its turn. */
  label: string;
  name: string;
  done: boolean;
}

export interface MapLabel extends Place {
  text: string;
}

export interface MapContent {
  areas?: readonly MapArea[] | undefined;
  points?: readonly MapPoint[] | undefined;
  /** A line leads from each to the next. */
  stops?: readonly MapStop[] | undefined;
  /** Names of places, drawn where no style of a map brings its own. The important ones come first. */
  labels?: readonly MapLabel[] | undefined;
  /** Where the person is. */
  here?: Place | null;
}

/** West, south, east, north. */
export type Bounds = [number, number, number, number];

/** The smallest box around all that is shown; null around nothing. */
export function boundsOf({ areas = [], points = [], stops = [] }: MapContent): Bounds | null {
  let bounds: Bounds | null = null;
  const add = (lng: number, lat: number) => {
    bounds ??= [lng, lat, lng, lat];
    bounds = [Math.min(bounds[0], lng), Math.min(bounds[1], lat), Math.max(bounds[2], lng), Math.max(bounds[3], lat)];
  };
  for (const { geometry } of areas) {
    for (const [lng = 0, lat = 0] of cornersOf(geometry)) add(lng, lat);
  }
  for (const { lng, lat } of [...points, ...stops]) add(lng, lat);
  return bounds;
}

function cornersOf(geometry: Geometry): number[][] {
  return geometry.type === "Polygon" ? geometry.coordinates.flat() : geometry.coordinates.flat(2);
}

/** The convex outline around places (Andrew's monotone chain), or null if they lie in one point or on one line. */
export function outlineOf(places: readonly Place[]): Geometry | null {
  const sorted = [...places].sort((a, b) => a.lng - b.lng || a.lat - b.lat);
  const ring = [...halfOutline(sorted), ...halfOutline(sorted.reverse())];
  if (ring.length < 3) return null;
  const corners = [...ring, ring[0]!].map(({ lng, lat }) => [lng, lat]);
  return { type: "Polygon", coordinates: [corners] };
}

/** One side of the outline, without its last corner, which is the first of the other side. */
function halfOutline(sorted: readonly Place[]): Place[] {
  const side: Place[] = [];
  for (const place of sorted) {
    while (side.length > 1 && !turnsLeft(side.at(-2)!, side.at(-1)!, place)) side.pop();
    side.push(place);
  }
  side.pop();
  return side;
}

function turnsLeft(a: Place, b: Place, c: Place): boolean {
  return (b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng) > 0;
}

const GOLDEN_ANGLE = 137.508;

/** A colour for each number, neighbours far apart; readable on a light and on a dark ground. */
export function colorOf(index: number): string {
  return `hsl(${Math.round((200 + index * GOLDEN_ANGLE) % 360)}, 62%, ${[45, 56, 38][index % 3]}%)`;
}

/** The middle of each town, from the sites in it, the one with the most sites first. */
export function labelsOf(sites: readonly { city: string | null; position: Place | null }[]): MapLabel[] {
  const towns = new Map<string, Place[]>();
  for (const { city, position } of sites) {
    if (!city || !position) continue;
    const there = towns.get(city);
    if (there) there.push(position);
    else towns.set(city, [position]);
  }
  return [...towns]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([text, places]) => ({ text, lat: middle(places, "lat"), lng: middle(places, "lng") }));
}

function middle(places: readonly Place[], of: "lat" | "lng"): number {
  return places.reduce((sum, place) => sum + place[of], 0) / places.length;
}
