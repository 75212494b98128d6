import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import type { DateOn, Documents, Id } from "../../db/types.ts";

export interface Person {
  id: Id;
  name: string;
}

export interface Place {
  id: Id;
  name: string;
  /** How far below the top of the tree. */
  depth: number;
}

/** Whose figures a person may ask for. */
export interface Scope {
  reps: Person[];
  /** Each above those below it. */
  territories: Place[];
}

/** The territories in which the person works today, with all below them, and the reps there; all for who works in none. */
export async function readScope(db: Database, userId: Id, today: DateOn): Promise<Scope> {
  const [territories, users] = await Promise.all([listDocuments(db, "territory", {}), listDocuments(db, "user", {})]);
  return scopeOf(territories, users, userId, today);
}

export function scopeOf(
  territories: readonly Documents["territory"][],
  users: readonly Documents["user"][],
  userId: Id,
  today: DateOn,
): Scope {
  const below = new Map<Id | null, Documents["territory"][]>();
  const known = new Set(territories.map(({ id }) => id));
  for (const territory of [...territories].sort((one, other) => one.name.localeCompare(other.name))) {
    const above = territory.parent_id && known.has(territory.parent_id) ? territory.parent_id : null;
    below.set(above, [...(below.get(above) ?? []), territory]);
  }
  const members = (territory: Documents["territory"]) =>
    territory.members.filter(({ starts_on, ends_on }) => starts_on <= today && (ends_on === null || today <= ends_on));
  const nowhere = !territories.some((territory) => members(territory).some(({ user_id }) => user_id === userId));
  const places: Place[] = [];
  const inside = new Set<Id>();
  const walk = (above: Id | null, depth: number, within: boolean) => {
    for (const territory of below.get(above) ?? []) {
      const own = within || members(territory).some(({ user_id }) => user_id === userId);
      if (own) {
        places.push({ id: territory.id, name: territory.name, depth });
        for (const { user_id } of members(territory)) inside.add(user_id);
      }
      walk(territory.id, own ? depth + 1 : depth, own);
    }
  };
  walk(null, 0, nowhere);
  const reps = users.filter(({ id, active, roles }) => active && roles.includes("rep") && inside.has(id));
  reps.sort((one, other) => one.name.localeCompare(other.name));
  return { reps: reps.map(({ id, name }) => ({ id, name })), territories: places };
}
