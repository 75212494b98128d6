import type { DateOn, Id, Membership, Territory } from "../db/types.ts";

export function isOn({ starts_on, ends_on }: Membership, day: DateOn): boolean {
  return starts_on <= day && (ends_on === null || ends_on >= day);
}

/** The reps of a territory on a day, the one who has been there longest first. */
export function repsOf({ members }: Territory, day: DateOn): Membership[] {
  return members
    .filter((member) => member.role === "rep" && isOn(member, day))
    .sort((one, other) => one.starts_on.localeCompare(other.starts_on) || one.id.localeCompare(other.id));
}

/**
 * Who owns the accounts of a territory on a day: of its reps the one who has been there longest, without a rep that of the
 * territory above. `active` tells who still works here.
 */
export function ownerOf(
  territoryId: Id | null,
  { territories, active, day }: { territories: ReadonlyMap<Id, Territory>; active: ReadonlySet<Id>; day: DateOn },
): Id | null {
  const territory = territories.get(territoryId ?? "");
  if (!territory) return null;
  const rep = repsOf(territory, day).find(({ user_id }) => active.has(user_id));
  return rep?.user_id ?? ownerOf(territory.parent_id, { territories, active, day });
}

/** The territories whose accounts a person owns on a day. */
export function territoriesOwnedBy(
  userId: Id,
  { territories, active, day }: { territories: readonly Territory[]; active: ReadonlySet<Id>; day: DateOn },
): Set<Id> {
  const byId = new Map(territories.map((territory) => [territory.id, territory]));
  const isTheirs = ({ id }: Territory) => ownerOf(id, { territories: byId, active, day }) === userId;
  return new Set(territories.filter(isTheirs).map(({ id }) => id));
}
