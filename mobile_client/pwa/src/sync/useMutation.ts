import { useLiveQuery } from "dexie-react-hooks";
import type { Mutation } from "../db/database.ts";
import type { Id } from "../db/types.ts";
import { getDatabase } from "../session/session.ts";

/** A captured mutation, such as the one that a form mends; `undefined` while it is read, `null` when it is gone. */
export function useMutation(id: Id | null | undefined): Mutation | null | undefined {
  return useLiveQuery(async () => (id ? ((await getDatabase().mutations.get({ id })) ?? null) : null), [id]);
}
