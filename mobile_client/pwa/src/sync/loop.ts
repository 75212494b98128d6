import { Refused, Unreachable } from "../api/http.ts";
import type { Database } from "../db/database.ts";
import { getMeta, type Meta, setMeta } from "../db/meta.ts";
import { SignInNeeded } from "../session/tokens.ts";
import { followLive } from "./live.ts";
import { onPoke, pokeSync } from "./poke.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { backoff, wait } from "./waiting.ts";

/** Between pulls while no live stream tells of changes. */
const POLL_MS = 30_000;
/** Between pulls while one does: in case it missed something. */
const POLL_WITH_LIVE_MS = 300_000;
const VERIFY_EVERY_MS = 24 * 3_600_000;

/**
 * Keep this database in step with the server for as long as the app is open. One tab leads; if it closes, another takes
 * over. Returns how to stop.
 */
export function startSync(db: Database): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  for (const [target, event] of [
    [window, "online"],
    [window, "focus"],
    [window, "pageshow"],
    [document, "visibilitychange"],
  ] as const) {
    target.addEventListener(event, () => document.visibilityState === "visible" && pokeSync(), { signal });
  }
  void navigator.storage?.persist?.();
  const leading = navigator.locks
    ? navigator.locks.request(`fieldbook-sync-${db.name}`, { signal }, () => lead(db, signal))
    : lead(db, signal);
  leading.catch((error) => {
    // Stopped in the middle: the database was closed under it, or another tab leads.
    if (!signal.aborted) throw error;
  });
  return () => stop.abort();
}

async function lead(db: Database, signal: AbortSignal): Promise<void> {
  const wake = new EventTarget();
  let wanted = true;
  let live = false;
  let failures = 0;
  const poke = () => {
    wanted = true;
    wake.dispatchEvent(new Event("poke"));
  };
  const stopListening = onPoke(db.name, poke);
  void followLive(db, signal, wake, {
    poke,
    open: (open) => {
      // Between two streams something may have been missed.
      if (open && !live) poke();
      live = open;
    },
  });
  while (!signal.aborted) {
    if (wanted || document.visibilityState === "visible") {
      wanted = false;
      failures = (await syncOnce(db)) ? 0 : failures + 1;
    }
    // Somebody asked meanwhile: signal that came back during a failing attempt must not wait for the pause to end.
    if (wanted) continue;
    const pause = failures > 0 ? backoff(failures) : live ? POLL_WITH_LIVE_MS : POLL_MS;
    wanted = false;
    await wait(pause, signal, wake, "poke");
  }
  stopListening();
}

/** Push, then pull, and note for the screens how it went. Returns whether all of it worked. */
export async function syncOnce(db: Database): Promise<boolean> {
  if (await getMeta(db, "signInNeeded")) return true;
  const pushed = await attempt(db, "pushing", () => push(db));
  // What the server refuses to take must not keep the news from coming in.
  const pulled = pushed === "unreachable" ? pushed : await attempt(db, "pulling", () => pullAll(db));
  const trouble = pulled ?? pushed;
  await db.transaction("rw", db.meta, async () => {
    await setMeta(db, "trouble", trouble);
    await setMeta(db, "activity", "idle");
  });
  return trouble === null;
}

async function attempt(db: Database, activity: Meta["activity"], work: () => Promise<void>): Promise<Meta["trouble"]> {
  await setMeta(db, "activity", activity);
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof SignInNeeded) return null;
    return error instanceof Unreachable ? "unreachable" : "server";
  }
}

async function pullAll(db: Database): Promise<void> {
  const verifiedAt = await getMeta(db, "verifiedAt");
  const verify = !verifiedAt || Date.now() - Date.parse(verifiedAt) > VERIFY_EVERY_MS;
  try {
    await pull(db, { verify });
    if (verify) await setMeta(db, "verifiedAt", new Date().toISOString());
    await setMeta(db, "upgradeRequired", undefined);
  } catch (error) {
    // Only a newer app can pull again; it is fetched when the page loads. What was done is handed in all the same.
    if (!(error instanceof Refused && error.status === 426)) throw error;
    await setMeta(db, "upgradeRequired", true);
  }
}
