/** An outline that is being drawn: its rings do not say their first corner again. Pure; the library is not known here. */

/** Longitude, latitude. */
export type Corner = readonly [number, number];
export type Ring = readonly Corner[];

export interface Draft {
  /** Of each part the ring around it, then its holes. */
  polygons: readonly (readonly Ring[])[];
  /** Whether the next press on the map adds a corner. */
  drawing: boolean;
}

/** Which corner: of which part, of which of its rings, in which place. */
export type At = readonly [polygon: number, ring: number, corner: number];

/** Adds a corner after the last one. */
export function addCorner(draft: Draft, corner: Corner): Draft {
  const polygon = Math.max(0, draft.polygons.length - 1);
  return insertCorner(draft, [polygon, 0, draft.polygons[polygon]?.[0]?.length ?? 0], corner);
}

export function insertCorner(draft: Draft, at: At, corner: Corner): Draft {
  return withRing(draft, at, (ring) => [...ring.slice(0, at[2]), rounded(corner), ...ring.slice(at[2])]);
}

export function moveCorner(draft: Draft, at: At, corner: Corner): Draft {
  return withRing(draft, at, (ring) => ring.map((each, index) => (index === at[2] ? rounded(corner) : each)));
}

/** Takes a corner away, and with the last three a ring. */
export function removeCorner(draft: Draft, at: At): Draft {
  const left = withRing(draft, at, (ring) => ring.filter((_, index) => index !== at[2]));
  if (draft.drawing) return left;
  const polygons = left.polygons
    .map((rings) => (rings[0] && rings[0].length > 2 ? rings.filter((ring) => ring.length > 2) : []))
    .filter((rings) => rings.length > 0);
  return polygons.length > 0 ? { polygons, drawing: false } : { polygons: [[[]]], drawing: true };
}

function withRing(draft: Draft, [polygon, ring]: At, change: (ring: Ring) => Ring): Draft {
  const polygons = draft.polygons.length > 0 ? draft.polygons : [[[]]];
  return {
    ...draft,
    polygons: polygons.map((rings, index) =>
      index === polygon ? rings.map((each, inner) => (inner === ring ? change(each) : each)) : rings,
    ),
  };
}

/** A tenth of a metre, as the server keeps it. */
export function rounded([lng, lat]: Corner): Corner {
  return [Math.round(lng * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6];
}
