import type { Database } from "../../db/database.ts";
import { getDocument } from "../../db/documents.ts";
import type { Entity, Id } from "../../db/types.ts";

type Named = { account_id?: Id; name?: string; title?: string };

/** What a record is about, for a person: its customer, or what it is called; `known` where it is not on this phone. */
export async function subjectOf(db: Database, entity: Entity, id: Id, known: Named = {}): Promise<string | null> {
  const { account_id, name, title } = ((await getDocument(db, entity, id)) as Named | null) ?? known;
  const account = account_id ? await getDocument(db, "account", account_id) : null;
  return account?.name ?? name ?? title ?? null;
}
