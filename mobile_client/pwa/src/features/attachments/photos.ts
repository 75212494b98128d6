import type { Database, Mutation, StoredContent } from "../../db/database.ts";
import { documentKey } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { AttachedTo, Attachment, Id } from "../../db/types.ts";

/**
 * `sent`: nothing to say · `unsent`: the server lacks it, or its record · `elsewhere`: it is on the phone that took it,
 * on its way · `refused`: needs attention
 */
export type PhotoState = "sent" | "unsent" | "elsewhere" | "refused";

export interface Photo {
  attachment: Attachment;
  state: PhotoState;
  /** Why it was refused: a code where there is one, and the server's sentence. */
  problem: { code: string | null; message: string | null } | null;
  /** Sending it again may help. */
  mayRetry: boolean;
}

/** The photos of a record, in the order in which they were taken. */
export async function readPhotos(db: Database, entity: AttachedTo, recordId: Id): Promise<Photo[]> {
  return judgeAll(db, await listDocuments(db, "attachment", { record_id: recordId, entity, kind: "photo" }));
}

/** The pictures with these ids, such as those that answer a question; photos and signatures. */
export async function readPictures(db: Database, ids: readonly Id[]): Promise<Photo[]> {
  const attachments = await Promise.all(ids.map((id) => getDocument(db, "attachment", id)));
  return judgeAll(
    db,
    attachments.filter((attachment) => attachment !== null),
  );
}

async function judgeAll(db: Database, attachments: readonly Attachment[]): Promise<Photo[]> {
  const shown = attachments
    .filter(({ status }) => status !== "removed")
    .sort((a, b) => a.occurred_at.localeCompare(b.occurred_at) || a.id.localeCompare(b.id));
  const contents = await db.contents.bulkGet(shown.map(({ sha256 }) => sha256));
  const keys = shown.map(({ id }) => documentKey("attachment", id));
  const mutations = await db.mutations.where("touches").anyOf(keys).toArray();
  return shown.map((attachment, index) => {
    const own = mutations.filter(({ touches }) => touches.includes(keys[index] as string));
    return { attachment, ...judge(attachment, contents[index], own) };
  });
}

/** How a photo stands to the server, from its record, its content on this device and the mutations on it. */
export function judge(
  attachment: Attachment,
  held: Pick<StoredContent, "state" | "refusal"> | undefined,
  mutations: readonly Mutation[],
): Omit<Photo, "attachment"> {
  const refused = mutations.find(({ state }) => state === "rejected" || state === "failed");
  if (refused) {
    const { code = null, message = null } = refused.result ?? {};
    return { state: "refused", problem: { code, message }, mayRetry: refused.name === "attachment.add" };
  }
  if (attachment.status === "refused") {
    return { state: "refused", problem: { code: null, message: attachment.reason }, mayRetry: false };
  }
  if (held?.state === "refused") {
    return { state: "refused", problem: held.refusal, mayRetry: held.refusal?.code !== "damaged" };
  }
  if (held?.state === "waiting" || mutations.some(({ state }) => state === "unsent")) return quiet("unsent");
  return quiet(attachment.status === "pending" && !held ? "elsewhere" : "sent");
}

function quiet(state: PhotoState): Omit<Photo, "attachment"> {
  return { state, problem: null, mayRetry: false };
}
