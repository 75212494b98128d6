import { exchange, Unreachable } from "../api/http.ts";
import type { Database } from "../db/database.ts";
import { withToken } from "../session/tokens.ts";
import type { WaitingContent } from "./contents.ts";
import { hexDigest } from "./shrink.ts";

/** What one request carries, so that a line that breaks costs no more than this. */
const CHUNK_BYTES = 256 * 1024;
const TUS = { "Tus-Resumable": "1.0.0" };
const PART = { "Content-Type": "application/offset+octet-stream" };

/** The device itself has lost the content: its bytes cannot be read, or are others. */
export class Damaged extends Error {}

/**
 * Bring one content to the server by tus 1.0, from where an earlier attempt ended.
 *
 * Its address there follows from its digest, and creating it again finds it where it stopped: nothing needs to be
 * remembered to go on.
 *
 * @throws Unreachable, Refused, SignInNeeded, Damaged
 */
export async function upload(db: Database, held: WaitingContent): Promise<void> {
  const { sha256, content } = held;
  if ((await hexDigest(content).catch(() => null)) !== sha256) throw new Damaged();
  let offset = await create(db, held);
  while (offset < content.size) {
    const answer = await ask(db, "PATCH", `/uploads/${sha256}`, {
      headers: { "Upload-Offset": String(offset), ...PART },
      content: content.slice(offset, offset + CHUNK_BYTES),
    });
    offset = offsetOf(answer, offset + 1);
  }
}

/** How much of it the server has. Of what was never tried the first part comes along. */
async function create(db: Database, { sha256, content, media_type, failures }: WaitingContent): Promise<number> {
  const metadata = { sha256, media_type };
  const answer = await ask(db, "POST", "/uploads", {
    headers: {
      "Upload-Length": String(content.size),
      "Upload-Metadata": Object.entries(metadata)
        .map(([key, value]) => `${key} ${btoa(value)}`)
        .join(),
      ...(failures === 0 && PART),
    },
    ...(failures === 0 && { content: content.slice(0, CHUNK_BYTES) }),
  });
  return offsetOf(answer);
}

/** @throws Unreachable something else than our server answered, such as the page of a hotel's network. */
function offsetOf(answer: Response, atLeast = 0): number {
  const offset = Number(answer.headers.get("Upload-Offset") ?? Number.NaN);
  if (!(offset >= atLeast)) throw new Unreachable("the answer is not an upload server's");
  return offset;
}

function ask(
  db: Database,
  method: string,
  path: string,
  { headers, content }: { headers?: Record<string, string>; content?: Blob },
): Promise<Response> {
  return withToken(
    db,
    (accessToken) =>
      exchange(method, path, { accessToken, headers: { ...TUS, ...headers }, ...(content && { content }) }),
    { handsIn: true },
  );
}
