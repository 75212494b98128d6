import type { Database } from "../db/database.ts";
import type { AttachedTo, Attachment, Id } from "../db/types.ts";
import { newId } from "../rules/ids.ts";
import { record } from "../sync/outbox.ts";
import { makingRoom, withdraw } from "./contents.ts";
import { MEDIA_TYPE, type Shrunk } from "./shrink.ts";

export interface Belonging {
  entity: AttachedTo;
  record_id: Id;
}

/**
 * Keep a photo that was taken here: its content and the mutation that says to what it belongs, or neither.
 *
 * @throws StorageFull the phone has no room for it; nothing is kept.
 */
export async function keepPhoto(
  db: Database,
  { content, thumbnail, sha256, width, height }: Shrunk,
  { entity, record_id, name, actorId }: Belonging & { name: string; actorId: Id },
): Promise<Id> {
  const id = newId();
  const facts = { sha256, size: content.size, media_type: MEDIA_TYPE };
  await makingRoom(db, () =>
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
      await record(
        db,
        "attachment.add",
        { id, entity, record_id, kind: "photo", ...facts, name, width, height },
        { actorId },
      );
    }),
  );
  return id;
}

/** Remove a photo; its content is not sent any more if nothing else needs it. */
export async function removePhoto(db: Database, attachment: Attachment, actorId: Id): Promise<void> {
  await db.transaction("rw", db.contents, db.documents, db.mutations, db.meta, async () => {
    await record(db, "attachment.remove", { attachment_id: attachment.id }, { actorId });
    await withdraw(db, attachment);
  });
}
