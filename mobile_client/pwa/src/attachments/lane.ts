import { Refused, Unreachable } from "../api/http.ts";
import type { Database, StoredContent } from "../db/database.ts";
import { SignInNeeded } from "../session/tokens.ts";
import { onPoke, pokeSync } from "../sync/poke.ts";
import { backoff, wait } from "../sync/waiting.ts";
import { markRefused, markSent, sendWhatIsLacking, tidyContents, waitingContents } from "./contents.ts";
import { Damaged, upload } from "./upload.ts";

/** Between looks while nothing waits; a new photo is announced. */
const IDLE_MS = 600_000;
/** Between attempts at one photo that the server fails at, at most. */
const LONGEST_MS = 3_600_000;

/**
 * Send the contents of attachments for as long as the app is open, beside the sync of the data, which never waits for
 * it. One tab does it; if it closes, another takes over. Returns how to stop.
 */
export function startUploads(db: Database): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const leading = navigator.locks
    ? navigator.locks.request(`fieldbook-photos-${db.name}`, { signal }, () => lead(db, signal))
    : lead(db, signal);
  leading.catch((error) => {
    // Stopped in the middle: the database was closed under it, or another tab leads.
    if (!signal.aborted) throw error;
  });
  return () => stop.abort();
}

async function lead(db: Database, signal: AbortSignal): Promise<void> {
  const wake = new EventTarget();
  let wanted = false;
  const stopListening = onPoke(db.name, () => {
    wanted = true;
    wake.dispatchEvent(new Event("poke"));
  });
  signal.addEventListener("abort", stopListening);
  await sendWhatIsLacking(db);
  await tidyContents(db);
  let failures = 0;
  while (!signal.aborted) {
    wanted = false;
    const { sent, unreachable } = await uploadWaiting(db, signal);
    failures = unreachable && sent === 0 ? failures + 1 : 0;
    if (sent > 0) {
      await tidyContents(db);
      // The records say from now on that their contents are there; a revoked device may have handed in all it had.
      pokeSync();
    }
    const pause = unreachable ? backoff(failures) : await untilNext(db);
    if (!wanted) await wait(pause, signal, wake, "poke");
  }
}

/** How long until one that waits may be tried, in milliseconds. */
async function untilNext(db: Database): Promise<number> {
  const waiting = await waitingContents(db);
  const next = Math.min(...waiting.map(({ tryAt }) => tryAt)) - Date.now();
  return Math.max(0, Math.min(next, IDLE_MS));
}

export interface Uploaded {
  sent: number;
  /** At least one did not get through for want of a line. */
  unreachable: boolean;
}

/** Try each content that waits and is due, once. One that fails stops no other. */
export async function uploadWaiting(db: Database, signal?: AbortSignal): Promise<Uploaded> {
  const uploaded = { sent: 0, unreachable: false };
  for (const held of await waitingContents(db)) {
    if (signal?.aborted) break;
    if (held.tryAt > Date.now()) continue;
    try {
      await upload(db, held);
      await markSent(db, held.sha256);
      uploaded.sent += 1;
    } catch (error) {
      if (error instanceof SignInNeeded) break;
      if (error instanceof Unreachable) uploaded.unreachable = true;
      await afterFailure(db, held, error);
    }
  }
  return uploaded;
}

async function afterFailure(db: Database, { sha256, failures }: StoredContent, error: unknown): Promise<void> {
  if (error instanceof Damaged) {
    await markRefused(db, sha256, { code: "damaged", message: "The phone has lost this photo." });
  } else if (error instanceof Unreachable) {
    // Whether the server got some of it is not known: the next attempt asks before it sends any.
    await db.contents.update(sha256, { failures: failures + 1 });
  } else if (!(error instanceof Refused)) {
    throw error;
  } else if (isFinal(error)) {
    await markRefused(db, sha256, { code: error.code, message: error.message });
  } else {
    const pause = (error.retryAfter ?? 0) * 1000 || backoff(failures + 1, { longest: LONGEST_MS });
    await db.contents.update(sha256, { failures: failures + 1, tryAt: Date.now() + pause });
  }
}

/** Our server's own word that it will never take this content; what stands between us and it has no codes. */
function isFinal({ status, code }: Refused): boolean {
  return [400, 403, 413, 415, 422].includes(status) && !code.startsWith("http.");
}
