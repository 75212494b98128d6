import { type Database, documentKey, type Mutation } from "../db/database.ts";
import type { AttachedTo, Attachment, Id } from "../db/types.ts";
import { newId } from "../rules/ids.ts";
import { discard, recordWithin, sendAgain } from "../sync/outbox.ts";
import { withRoom } from "../sync/storage.ts";
import { sendContentAgain, withdraw } from "./contents.ts";
import { MEDIA_TYPE, type Shrunk } from "./shrink.ts";

interface Kept extends Belonging {
  name: string;
  actorId: Id;
  kind?: "photo" | "signature";
  media_type?: string;
}

export interface Belonging {
  entity: AttachedTo;
  record_id: Id;
}

/**
 * Keep a photo that was taken here, or a signature: its content and the mutation that says to what it belongs, or neither.
 *
 * @throws StorageFull the phone has no room for it; nothing is kept.
 */
export async function keepPhoto(
  db: Database,
  { content, thumbnail, sha256, width, height }: Shrunk,
  { entity, record_id, name, actorId, kind = "photo", media_type = MEDIA_TYPE }: Kept,
): Promise<Id> {
  const id = newId();
  const facts = { sha256, size: content.size, media_type };
  await withRoom(db, () =>
    db.transaction("rw", db.contents, db.documents, db.mutations, db.meta, async () => {
      const held = await db.contents.get(sha256);
      await db.contents.put({
        ...facts,
        content,
        thumbnail,
        // The same picture once more is not sent once more.
        state: held?.state === "here" ? "here" : "waiting",
        refusal: null,
        failures: 0,
        tryAt: 0,
        heldSince: Date.now(),
      });
      await recordWithin(
        db,
        "attachment.add",
        { id, entity, record_id, kind, ...facts, name, width, height },
        { actorId },
      );
    }),
  );
  return id;
}

/** Remove a photo; its content is not sent any more if nothing else needs it. */
export async function removePhoto(db: Database, attachment: Attachment, actorId: Id): Promise<void> {
  await db.transaction("rw", db.contents, db.documents, db.mutations, db.meta, async () => {
    const refused = await refusedMutation(db, attachment.id);
    // The server never had it.
    if (refused) await discard(db, refused.id);
    else await recordWithin(db, "attachment.remove", { attachment_id: attachment.id }, { actorId });
    await withdraw(db, attachment);
  });
}

/** Try once more what was refused: the record, its content or both. */
export async function sendPhotoAgain(db: Database, { id, sha256 }: Attachment): Promise<void> {
  await db.transaction("rw", db.contents, db.documents, db.mutations, db.meta, async () => {
    const refused = await refusedMutation(db, id);
    if (refused) await sendAgain(db, refused.id);
    await sendContentAgain(db, sha256);
  });
}

/** The mutation that would have made this record, if the server refused it. */
export async function refusedMutation(db: Database, attachmentId: Id): Promise<Mutation | undefined> {
  const mutations = await db.mutations.where("touches").equals(documentKey("attachment", attachmentId)).toArray();
  return mutations.find(({ name, state }) => name === "attachment.add" && (state === "rejected" || state === "failed"));
}
