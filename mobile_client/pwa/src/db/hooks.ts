import { useLiveQuery } from "dexie-react-hooks";
import { getDatabase, useSession } from "../session/session.ts";
import { documentKey, type Mutation } from "./database.ts";
import { getDocument, listDocuments, type Where } from "./documents.ts";
import type { Documents, Entity, Id } from "./types.ts";

export { useMay, useSession } from "../session/session.ts";

/** A record on this device: `undefined` while it is read, `null` when it is not here. Follows every change. */
export function useDocument<E extends Entity>(entity: E, id: Id | null | undefined): Documents[E] | null | undefined {
  return useLiveQuery(async () => (id ? await getDocument(getDatabase(), entity, id) : null), [entity, id]);
}

/** The records that match, in no particular order; `undefined` while they are read. Pass `null` to ask for none. */
export function useDocuments<E extends Entity>(entity: E, where: Where<E> | null = {}): Documents[E][] | undefined {
  return useLiveQuery(
    async () => (where ? await listDocuments(getDatabase(), entity, where) : []),
    [entity, JSON.stringify(where)],
  );
}

/** The signed-in person's own user document. */
export function useMe(): Documents["user"] | null | undefined {
  return useDocument("user", useSession()?.user.id);
}

/** The mutations that touch a record and are unsent or need attention, oldest first. */
export function usePending(entity: Entity, id: Id | null | undefined): Mutation[] {
  const found = useLiveQuery(
    async () =>
      id ? await getDatabase().mutations.where("touches").equals(documentKey(entity, id)).sortBy("position") : [],
    [entity, id],
  );
  return found?.filter((mutation) => mutation.state !== "awaiting") ?? [];
}
