import type { Mutation } from "../../db/database.ts";
import { FIELDS } from "../shared/fields.ts";

/** The screen on which a refused mutation can be changed and sent again; null where there is nothing to change in it. */
export function mendLink({ id, name, state, args }: Mutation): string | null {
  if (state !== "rejected") return null;
  if (name === "order.place") return `/orders/new?mend=${id}`;
  if (name === "quote.write") return `/quotes/new?mend=${id}`;
  return editableFields(args).length > 0 ? `/mend/${id}` : null;
}

/**
 * What a person entered in it. A status is a step that was taken, not something entered; and a `kind` is offered only
 * where it is one of the kinds that can be chosen here.
 */
export function editableFields(args: Record<string, unknown>): string[] {
  return Object.keys(FIELDS).filter((field) => field in args && field !== "status" && isOffered(field, args[field]));
}

function isOffered(field: string, value: unknown): boolean {
  const kind = FIELDS[field];
  return typeof kind !== "object" || value === null || kind.choices.includes(String(value));
}
