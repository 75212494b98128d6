import { useLiveQuery } from "dexie-react-hooks";
import type { Database, Mutation } from "../../db/database.ts";
import { getDocument } from "../../db/documents.ts";
import { getDatabase } from "../../session/session.ts";
import { readAttention } from "../../sync/attention.ts";
import { screenOf } from "../shared/screens.ts";

export interface Waiting {
  mutation: Mutation;
  /** The account that it is about, or what else names it. */
  subject: string | null;
  /** The screen of the record. */
  link: string | null;
}

/** What needs attention and what has not been handed in, oldest first; `undefined` while it is read. */
export function useWaiting(): Waiting[] | undefined {
  return useLiveQuery(async () => {
    const db = getDatabase();
    const unsent = await db.mutations.where("state").equals("unsent").sortBy("position");
    const mutations = [...(await readAttention(db)).mutations, ...unsent];
    return Promise.all(
      mutations.map(async (mutation) => ({ mutation, subject: await subjectOf(db, mutation), link: linkOf(mutation) })),
    );
  });
}

async function subjectOf(db: Database, { effects }: Mutation): Promise<string | null> {
  const [effect] = effects;
  if (!effect) return null;
  const doc = (await getDocument(db, effect.entity, effect.id)) ?? effect.create ?? effect.patch ?? {};
  const { account_id, name, title } = doc as { account_id?: string; name?: string; title?: string };
  const account = account_id ? await getDocument(db, "account", account_id) : null;
  return account?.name ?? name ?? title ?? null;
}

function linkOf({ effects }: Mutation): string | null {
  const links = effects.map(({ entity, id }) => screenOf(entity, id));
  return links.find((link) => link !== null) ?? null;
}
