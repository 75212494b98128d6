import Dexie from "dexie";
import { type Database, INDEXED_FIELDS } from "./database.ts";
import type { Documents, Entity, Id } from "./types.ts";

type IndexedField = (typeof INDEXED_FIELDS)[number];

/** Fields to match: a value, or several of which one must match. An indexed one is looked up, the others filter. */
export type Where<E extends Entity> = {
  [Field in keyof Documents[E]]?: Documents[E][Field] | readonly NonNullable<Documents[E][Field]>[];
} & {
  /** `from` ≤ field < `to`. */
  between?: { field: keyof Documents[E] & IndexedField; from: string; to: string };
};

export async function getDocument<E extends Entity>(db: Database, entity: E, id: Id): Promise<Documents[E] | null> {
  const stored = await db.documents.get([entity, id]);
  return (stored?.doc as Documents[E] | undefined) ?? null;
}

export async function listDocuments<E extends Entity>(
  db: Database,
  entity: E,
  where: Where<E>,
): Promise<Documents[E][]> {
  const { between, ...fields } = where as Where<Entity>;
  const wanted = Object.entries(fields).filter(([, value]) => value !== undefined);
  const isIndexed = ([field, value]: [string, unknown]) =>
    value !== null && (INDEXED_FIELDS as readonly string[]).includes(field);
  const rows = await (() => {
    if (between) {
      const { field, from, to } = between;
      return db.documents.where(`[entity+doc.${field}]`).between([entity, from], [entity, to], true, false);
    }
    const indexed = wanted.find(isIndexed);
    if (!indexed) return db.documents.where("[entity+id]").between([entity, Dexie.minKey], [entity, Dexie.maxKey]);
    const [field, value] = indexed;
    return db.documents.where(`[entity+doc.${field}]`).anyOf([value].flat().map((each) => [entity, each]));
  })().toArray();
  return rows
    .map((row) => row.doc)
    .filter((doc) =>
      wanted.every(([field, value]) => (Array.isArray(value) ? value.includes(doc[field]) : doc[field] === value)),
    ) as unknown as Documents[E][];
}
