import type { Id, PlanFigures } from "../../db/types.ts";
import {
  colorOf,
  type Geometry,
  type MapArea,
  type MapContent,
  type MapLabel,
  type MapPoint,
} from "../../ui/map/content.ts";

/** The server's map of a plan. */
export interface PlanMap {
  features: (Hull | PlannedAccount)[];
}

interface Hull {
  geometry: Geometry;
  properties: { kind: "before" | "after"; territory_id: Id };
}

interface PlannedAccount {
  geometry: { type: "Point"; coordinates: [number, number] };
  properties: { kind: "account"; name: string; from_territory_id: Id; to_territory_id: Id };
}

export type PlanView = "before" | "after" | "changes";

/** A territory of a plan with its figures of both divisions; one that goes, or comes, has those of one only. */
export interface PlanRow {
  id: Id;
  name: string;
  color: string;
  before: PlanFigures["territories"][number] | null;
  after: PlanFigures["territories"][number] | null;
}

export function rowsOf(before: PlanFigures, after: PlanFigures): PlanRow[] {
  const names = new Map(
    [...before.territories, ...after.territories].map(({ territory_id, name }) => [territory_id, name]),
  );
  const figures = ({ territories }: PlanFigures, id: Id) =>
    territories.find(({ territory_id }) => territory_id === id) ?? null;
  return [...names]
    .sort(([, one], [, other]) => one.localeCompare(other, undefined, { numeric: true }))
    .map(([id, name], index) => ({
      id,
      name,
      color: colorOf(index),
      before: figures(before, id),
      after: figures(after, id),
    }));
}

/** The accounts coloured by their territory of today or by the proposed one; those that change hands stand out. */
export function contentOf(
  { features }: PlanMap,
  rows: readonly PlanRow[],
  { view, labels }: { view: PlanView; labels: MapLabel[] },
): MapContent {
  const division = view === "before" ? "before" : "after";
  const colors = new Map(rows.map(({ id, color }) => [id, color]));
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const areas: MapArea[] = [];
  const points: MapPoint[] = [];
  for (const { geometry, properties } of features) {
    if (properties.kind === "account") {
      const { name, from_territory_id: from, to_territory_id: to } = properties;
      const changes = from !== to;
      if (view === "changes" && !changes) continue;
      const id = division === "before" ? from : to;
      const [lng, lat] = (geometry as PlannedAccount["geometry"]).coordinates;
      const way = changes ? `${names.get(from)} → ${names.get(to)}` : (names.get(id) ?? "");
      points.push({ id, name: `${name}: ${way}`, color: colors.get(id) ?? "", marked: changes, lng, lat });
    } else if (properties.kind === division) {
      const id = properties.territory_id;
      areas.push({ id, geometry: geometry as Geometry, color: colors.get(id) ?? "", outline: true });
    }
  }
  return { areas, points, labels };
}
