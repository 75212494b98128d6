import type { DateOn, Id, Membership, Territory } from "../db/types.ts";

export function isOn({ starts_on, ends_on }: Membership, day: DateOn): boolean {
  return starts_on <= day && (ends_on === null || ends_on >= day);
}

/** Who owns the accounts of a territory, from when to when (both included; null: from then on). */
export interface Owner {
  userId: Id;
  startsOn: DateOn;
  endsOn: DateOn | null;
  /** The territory whose owner they are: this one, or the nearest above it that has one. */
  territory: Territory;
}

export interface People {
  byId: ReadonlyMap<Id, Territory>;
  isActive: (userId: Id) => boolean;
}

/** Who owns the accounts of a territory on a day: its own owner, or else that of the nearest territory above. */
export function ownerOn(territory: Territory, people: People, day: DateOn): Owner | null {
  for (let above: Territory | undefined = territory; above; above = parentOf(above, people)) {
    const owner = ownersFrom(above, people, day).find(({ startsOn }) => startsOn <= day);
    if (owner) return owner;
  }
  return null;
}

/** A territory's own owners on a day and later, in their order. */
export function ownersFrom(territory: Territory, { isActive }: People, day: DateOn): Owner[] {
  return territory.members
    .filter(({ owner, ends_on, user_id }) => owner && (ends_on === null || ends_on >= day) && isActive(user_id))
    .sort((one, other) => one.starts_on.localeCompare(other.starts_on))
    .map(({ user_id, starts_on, ends_on }: Membership) => ({
      userId: user_id,
      startsOn: starts_on,
      endsOn: ends_on,
      territory,
    }));
}

function parentOf({ parent_id }: Territory, { byId }: People): Territory | undefined {
  return parent_id ? byId.get(parent_id) : undefined;
}

/** The same for the id of a territory, as far as it is known here; only who. `active` tells who still works here. */
export function ownerOf(
  territoryId: Id | null,
  { territories, active, day }: { territories: ReadonlyMap<Id, Territory>; active: ReadonlySet<Id>; day: DateOn },
): Id | null {
  const territory = territories.get(territoryId ?? "");
  if (!territory) return null;
  return ownerOn(territory, { byId: territories, isActive: (id) => active.has(id) }, day)?.userId ?? null;
}

/** The territories whose accounts a person owns on a day. `active` tells who still works here. */
export function territoriesOwnedBy(
  userId: Id,
  { territories, active, day }: { territories: readonly Territory[]; active: ReadonlySet<Id>; day: DateOn },
): Set<Id> {
  const people: People = {
    byId: new Map(territories.map((territory) => [territory.id, territory])),
    isActive: (id) => active.has(id),
  };
  return new Set(
    territories.filter((territory) => ownerOn(territory, people, day)?.userId === userId).map(({ id }) => id),
  );
}
