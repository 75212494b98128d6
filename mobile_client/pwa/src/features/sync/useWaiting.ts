import { useLiveQuery } from "dexie-react-hooks";
import type { Mutation } from "../../db/database.ts";
import type { Attachment } from "../../db/types.ts";
import { getDatabase } from "../../session/session.ts";
import { readAttention } from "../../sync/attention.ts";
import { screenOf } from "../shared/screens.ts";
import { subjectOf } from "../shared/subject.ts";

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
      mutations.map(async (mutation) => {
        const [effect] = mutation.effects;
        const known = effect?.create ?? effect?.patch ?? {};
        const subject = effect ? await subjectOf(db, effect.entity, effect.id, known) : null;
        return { mutation, subject, link: linkOf(mutation) };
      }),
    );
  });
}

function linkOf({ effects }: Mutation): string | null {
  const links = effects.map(({ entity, id, create }) => {
    // A photo is seen on the screen of what it belongs to.
    const attached = entity === "attachment" ? (create as unknown as Attachment | undefined) : undefined;
    return attached ? screenOf(attached.entity, attached.record_id) : screenOf(entity, id);
  });
  return links.find((link) => link !== null) ?? null;
}
