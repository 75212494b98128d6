import type { Account, DateOn, Id, Site, Territory, TerritoryPlan, User, Visit } from "../../db/types.ts";
import { groupBy } from "../../rules/groups.ts";
import { type Owner, ownerOn, ownersFrom, type People } from "../../rules/ownership.ts";
import {
  colorOf,
  type Geometry,
  labelsOf,
  type MapArea,
  type MapContent,
  type MapPoint,
  outlineOf,
  type Place,
} from "../../ui/map/content.ts";

/** The work that one account of a class makes, unless somebody says otherwise: as the server takes it. */
export const WORKLOAD: Record<Account["account_class"], number> = { A: 4, B: 2, C: 1 };

export interface TerritoryRow {
  territory: Territory;
  /** How far below an area it stands; 0 is the area itself. */
  depth: number;
  color: string;
  /** Who owns its accounts on the day. */
  owner: Owner | null;
  /** Who will own them later, by name and from when on. */
  followers: Owner[];
  /** Of its own, and of all territories below it. */
  accounts: number;
  workload: number;
  /** Its own accounts only. */
  own: Account[];
}

export interface Land {
  rows: TerritoryRow[];
  byId: Map<Id, TerritoryRow>;
  users: Map<Id, User>;
  sites: Site[];
  /** Account → where it is. */
  places: Map<Id, Place>;
  plans: TerritoryPlan[];
}

export interface LandRecords {
  territories: readonly Territory[];
  users: readonly User[];
  accounts: readonly Account[];
  sites: readonly Site[];
  plans: readonly TerritoryPlan[];
}

/** The tree of territories, each followed by those below it, with what belongs to them on `today`. */
export function layOut({ territories, users, accounts, sites, plans }: LandRecords, today: DateOn): Land {
  const people = new Map(users.map((user) => [user.id, user]));
  const company: People = {
    byId: new Map(territories.map((territory) => [territory.id, territory])),
    isActive: (userId) => people.get(userId)?.active ?? false,
  };
  const own = groupBy(accounts, ({ territory_id }) => territory_id);
  const children = groupBy(territories, ({ parent_id }) => parent_id);
  const rows: TerritoryRow[] = [];
  const descend = (parent: Id | null, depth: number): { accounts: number; workload: number } => {
    const sum = { accounts: 0, workload: 0 };
    for (const territory of [...(children.get(parent) ?? [])].sort(byName)) {
      const its = own.get(territory.id) ?? [];
      const row: TerritoryRow = {
        territory,
        depth,
        color: colorOf(rows.length),
        owner: ownerOn(territory, company, today),
        followers: ownersFrom(territory, company, today).filter(({ startsOn }) => startsOn > today),
        accounts: its.length,
        workload: its.reduce((work, { account_class, status }) => work + workOf(account_class, status), 0),
        own: its,
      };
      rows.push(row);
      const below = descend(territory.id, depth + 1);
      row.accounts += below.accounts;
      row.workload += below.workload;
      sum.accounts += row.accounts;
      sum.workload += row.workload;
    }
    return sum;
  };
  descend(null, 0);
  const byId = new Map(rows.map((row) => [row.territory.id, row]));
  return { rows, byId, users: people, sites: [...sites], places: firstPlaces(sites), plans: newestFirst(plans) };
}

/** With an inactive account one does no business. */
function workOf(accountClass: Account["account_class"], status: Account["status"]): number {
  return status === "active" ? WORKLOAD[accountClass] : 0;
}

/** What the map shows of the land: each territory as it was drawn, or else the outline of its accounts. */
export function mapOf({ rows, places, sites }: Land): MapContent {
  const areas: MapArea[] = [];
  const points: MapPoint[] = [];
  for (const { territory, color, own } of rows) {
    const its = own.flatMap(({ id, name }) => {
      const place = places.get(id);
      return place ? [{ id: territory.id, name, color, lat: place.lat, lng: place.lng }] : [];
    });
    points.push(...its);
    const drawn = territory.polygon as Geometry | null;
    const geometry = drawn ?? outlineOf(its);
    if (geometry) areas.push({ id: territory.id, geometry, color, outline: drawn === null });
  }
  return { areas, points, labels: townsOf(sites) };
}

export function townsOf(sites: readonly Site[]) {
  return labelsOf(sites.map(({ address, position }) => ({ city: address.city ?? null, position })));
}

/** Where each account is: the first of its sites that has a place. */
function firstPlaces(sites: readonly Site[]): Map<Id, Place> {
  const places = new Map<Id, Place>();
  for (const { account_id, position } of [...sites].sort((a, b) => a.id.localeCompare(b.id))) {
    if (position && !places.has(account_id)) places.set(account_id, position);
  }
  return places;
}

/** The territories in which somebody works as a rep on that day or later. */
export function territoriesOf(rep: Id, rows: readonly TerritoryRow[], from: DateOn): TerritoryRow[] {
  return rows.filter(({ territory }) =>
    territory.members.some(
      ({ user_id, role, ends_on }) => user_id === rep && role === "rep" && (ends_on === null || ends_on >= from),
    ),
  );
}

/** These territories and all below them. */
export function withAllBelow(ids: Iterable<Id>, rows: readonly TerritoryRow[]): Set<Id> {
  const found = new Set(ids);
  // In a tree laid out from the top every territory comes after the one above it.
  for (const { territory } of rows) {
    if (territory.parent_id && found.has(territory.parent_id)) found.add(territory.id);
  }
  return found;
}

/** How much goes along when a rep hands these territories over: accounts, and visits nobody has begun. */
export function goingAlong(
  chosen: readonly Id[],
  { rows, byId }: Land,
  visits: readonly Visit[],
): { accounts: number; visits: number } {
  const ids = withAllBelow(chosen, rows);
  const accounts = new Set([...ids].flatMap((id) => byId.get(id)?.own.map((account) => account.id) ?? []));
  return { accounts: accounts.size, visits: visits.filter(({ account_id }) => accounts.has(account_id)).length };
}

function byName(one: Territory, other: Territory): number {
  return one.name.localeCompare(other.name);
}

function newestFirst(plans: readonly TerritoryPlan[]): TerritoryPlan[] {
  return [...plans].sort((one, other) => other.created_at.localeCompare(one.created_at));
}

/** A polygon in a GeoJSON file: a geometry, a feature, or the first feature that has one; null if there is none. */
export function polygonIn(text: string): Geometry | null {
  try {
    return polygonOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function polygonOf(value: unknown): Geometry | null {
  if (typeof value !== "object" || value === null) return null;
  const { type, geometry, features } = value as { type?: string; geometry?: unknown; features?: unknown };
  if (type === "Polygon" || type === "MultiPolygon") return value as Geometry;
  if (type === "Feature") return polygonOf(geometry);
  if (type !== "FeatureCollection" || !Array.isArray(features)) return null;
  return features.map(polygonOf).find((found) => found !== null) ?? null;
}

/** A territory as a GeoJSON file. */
export function geoJsonOf({ name, polygon }: Territory): string {
  return JSON.stringify({ type: "Feature", properties: { name }, geometry: polygon }, null, 2);
}

/** The people who may be chosen, by name; those of the same name are told apart by their e-mail. */
export function peopleToChoose(land: Land, may: (user: User) => boolean) {
  return [...land.users.values()]
    .filter(may)
    .sort((one, other) => one.name.localeCompare(other.name))
    .map(({ id, name, email }) => ({ value: id, label: name, detail: email }));
}
