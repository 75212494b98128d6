import { useLiveQuery } from "dexie-react-hooks";
import { getDatabase, getSession } from "../session/session.ts";
import { type Database, documentKey, INDEXED_FIELDS, type Mutation } from "./database.ts";
import type { Documents, Entity, Id } from "./types.ts";

export { useMay, useSession } from "../session/session.ts";

type IndexedField = (typeof INDEXED_FIELDS)[number];

/** Fields to match: a value, or several of which one must match. An indexed one is looked up, the others filter. */
export type Where<E extends Entity> = {
  [Field in keyof Documents[E]]?: Documents[E][Field] | readonly NonNullable<Documents[E][Field]>[];
} & {
  /** `from` ≤ field < `to`. */
  between?: { field: keyof Documents[E] & IndexedField; from: string; to: string };
};

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
  return useDocument("user", getSession()?.user.id);
}

/** The mutations that touch a record and are unsent or need attention, oldest first. */
export function usePending(entity: Entity, id: Id | null | undefined): Mutation[] {
  const found = useLiveQuery(
    async () =>
      id ? await getDatabase().mutations.where("touches").equals(documentKey(entity, id)).sortBy("seq") : [],
    [entity, id],
  );
  return found?.filter((mutation) => mutation.state !== "awaiting") ?? [];
}

export async function getDocument<E extends Entity>(db: Database, entity: E, id: Id): Promise<Documents[E] | null> {
  const stored = await db.documents.get([entity, id]);
  return (stored?.doc as Documents[E] | undefined) ?? null;
}

export async function listDocuments<E extends Entity>(
  db: Database,
  entity: E,
  { between, ...where }: Where<E>,
): Promise<Documents[E][]> {
  const wanted = Object.entries(where).filter(([, value]) => value !== undefined);
  const indexed = wanted.find(([field, value]) => value !== null && INDEXED_FIELDS.includes(field as IndexedField));
  const rows = await (() => {
    if (between) {
      const { field, from, to } = between;
      return db.documents.where(`[entity+doc.${String(field)}]`).between([entity, from], [entity, to], true, false);
    }
    if (!indexed) return db.documents.where("entity").equals(entity);
    const [field, value] = indexed;
    const values = (Array.isArray(value) ? value : [value]).map((each) => [entity, each]);
    return db.documents.where(`[entity+doc.${field}]`).anyOf(values);
  })().toArray();
  return rows
    .map((row) => row.doc)
    .filter((doc) =>
      wanted.every(([field, value]) => (Array.isArray(value) ? value.includes(doc[field]) : doc[field] === value)),
    ) as unknown as Documents[E][];
}
