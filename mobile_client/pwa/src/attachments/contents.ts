/** What this device holds of the attachments' contents, and what of it still has to reach the server. */

import type { Database, StoredContent } from "../db/database.ts";
import { listDocuments } from "../db/documents.ts";
import type { Attachment } from "../db/types.ts";

/** Copies of what the server has, beyond which the oldest are let go. */
const COPIES_BYTES = 150 * 1024 * 1024;

/** One that is still to be sent is here whole. */
export type WaitingContent = StoredContent & { content: Blob };

/** The contents that the server does not have yet, the longest waiting first. */
export async function waitingContents(db: Database): Promise<WaitingContent[]> {
  return (await db.contents.where("state").equals("waiting").sortBy("heldSince")) as WaitingContent[];
}

/** The server has all of it. */
export async function markSent(db: Database, sha256: string): Promise<void> {
  await db.contents.update(sha256, { state: "here", failures: 0 });
}

/** The server will never take it. */
export async function markRefused(db: Database, sha256: string, refusal: StoredContent["refusal"]): Promise<void> {
  await db.contents.update(sha256, { state: "refused", refusal });
}

/** Try to send it once more, now, if it was refused or is to wait. */
export async function sendContentAgain(db: Database, sha256: string): Promise<void> {
  const held = await db.contents.get(sha256);
  if (held?.content) await db.contents.update(sha256, { state: "waiting", refusal: null, failures: 1, tryAt: 0 });
}

/** A record was removed: what only it needed is not sent any more. */
export async function withdraw(db: Database, { sha256 }: Attachment): Promise<void> {
  const stillNeeded = await listDocuments(db, "attachment", { sha256, status: ["pending", "stored"] });
  const held = await db.contents.get(sha256);
  if (held && stillNeeded.length === 0) await db.contents.update(sha256, { state: "here" });
}

/** Send again what the server says it lacks: it was restored from a backup, or it refused a removal. */
export async function sendWhatIsLacking(db: Database): Promise<void> {
  const lacking = await listDocuments(db, "attachment", { status: "pending" });
  await db.contents
    .where("sha256")
    .anyOf(lacking.map(({ sha256 }) => sha256))
    .filter(({ state, content }) => state === "here" && content !== null)
    // It may have arrived since: of a content that was tried before nothing comes along with the question.
    .modify({ state: "waiting", failures: 1 });
}

/** Let go of the contents that no record refers to any more, and of copies beyond the bound. */
export async function tidyContents(db: Database): Promise<void> {
  const attachments = await listDocuments(db, "attachment", {});
  const known = new Set(attachments.map(({ sha256 }) => sha256));
  await db.contents
    .where("state")
    .anyOf("here", "refused")
    .filter(({ sha256 }) => !known.has(sha256))
    .delete();
  await letCopiesGo(db);
}

/** Keep the newest copies; thumbnails, which are small, stay. */
async function letCopiesGo(db: Database): Promise<void> {
  let held = 0;
  await db.contents
    .orderBy("heldSince")
    .reverse()
    .filter(({ state, content }) => state === "here" && content !== null)
    .modify((copy) => {
      held += copy.size;
      if (held > COPIES_BYTES) copy.content = null;
    });
}
