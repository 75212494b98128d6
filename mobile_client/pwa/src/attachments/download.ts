import { exchange, Refused, Unreachable } from "../api/http.ts";
import type { Database } from "../db/database.ts";
import { getDocument } from "../db/documents.ts";
import type { Attachment, Id } from "../db/types.ts";
import { withToken } from "../session/tokens.ts";
import { StorageFull, withRoom } from "../sync/storage.ts";
import { tidyContents } from "./contents.ts";
import { hexDigest } from "./shrink.ts";

/** Nobody has it yet but the phone on which it was attached. */
export class NotSentYet extends Error {}

/** `elsewhere`: the phone that has it has not sent it · `offline`: the server cannot be asked now · `gone` for good */
export type WhyMissing = "elsewhere" | "offline" | "gone";

/** What an error of `readContent` means to the person. */
export function whyMissing(error: unknown): WhyMissing {
  if (error instanceof NotSentYet) return "elsewhere";
  return error instanceof Refused && [403, 404, 410].includes(error.status) ? "gone" : "offline";
}

const underWay = new Map<string, Promise<Blob>>();

/**
 * The content of an attachment, or of one made here its thumbnail: as this device holds it, or else from the server.
 *
 * @throws NotSentYet, Unreachable, Refused, SignInNeeded
 */
export async function readContent(db: Database, id: Id, { small = false } = {}): Promise<Blob> {
  const attachment = await getDocument(db, "attachment", id);
  if (!attachment) throw new NotSentYet();
  const { sha256, status } = attachment;
  const held = await db.contents.get(sha256);
  const here = (small && held?.thumbnail) || held?.content;
  if (here) return here;
  if (status !== "stored") throw new NotSentYet();
  const fetching = underWay.get(sha256) ?? fetchContent(db, attachment).finally(() => underWay.delete(sha256));
  underWay.set(sha256, fetching);
  return fetching;
}

/**
 * Fetch the content of an attachment, and keep a copy for the next time if there is room.
 *
 * @throws Unreachable, Refused, SignInNeeded
 */
async function fetchContent(db: Database, { id, sha256, size, media_type }: Attachment): Promise<Blob> {
  const answer = await withToken(db, (accessToken) => exchange("GET", `/attachments/${id}/content`, { accessToken }));
  const bytes = await answer.arrayBuffer().catch((error) => {
    throw new Unreachable(error);
  });
  const content = new Blob([bytes], { type: media_type });
  if ((await hexDigest(content)) !== sha256) throw new Unreachable("the answer is not the attachment's content");
  await keepCopy(db, { sha256, content, size, media_type });
  return content;
}

async function keepCopy(
  db: Database,
  copy: Pick<Attachment, "sha256" | "size" | "media_type"> & { content: Blob },
): Promise<void> {
  try {
    await withRoom(db, () =>
      db.transaction("rw", db.contents, async () => {
        const held = await db.contents.get(copy.sha256);
        const fresh = { thumbnail: null, state: "here", refusal: null, failures: 0, tryAt: 0 } as const;
        await db.contents.put({ ...fresh, ...held, ...copy, heldSince: Date.now() });
      }),
    );
  } catch (error) {
    // It is shown all the same.
    if (!(error instanceof StorageFull)) throw error;
  }
  await tidyContents(db);
}
