import type { Entity, Id } from "../../db/types.ts";

const SCREENS: Partial<Record<Entity, string>> = {
  account: "/accounts",
  visit: "/visits",
  order: "/orders",
  quote: "/quotes",
  appointment: "/jobs",
};

/** The screen of a record, where it has one of its own. */
export function screenOf(entity: Entity, id: Id): string | null {
  const path = SCREENS[entity];
  return path ? `${path}/${id}` : null;
}
