import { Refused, Unreachable } from "../api/http.ts";
import type { Database } from "../db/database.ts";
import { getMeta, type Meta, setMeta } from "../db/meta.ts";
import { DeviceRevoked, SignInNeeded } from "../session/tokens.ts";
import { handInAndWipe } from "./handIn.ts";
import { setLeading } from "./leading.ts";
import { followLive } from "./live.ts";
import { onPoke, pokeSync } from "./poke.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { StorageFull } from "./storage.ts";
import { backoff, spread, wait } from "./waiting.ts";

/** Between pulls while no live stream tells of changes. */
const POLL_MS = 30_000;
/** Between pulls while one does: in case it missed something. */
const POLL_WITH_LIVE_MS = 300_000;
/** The longest that the server may ask to be left alone. */
const LONGEST_REST_MS = 300_000;
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
  setLeading(true);
  const stopListening = onPoke(db.name, poke);
  signal.addEventListener("abort", () => {
    stopListening();
    setLeading(false);
  });
  void followLive(db, signal, wake, {
    poke,
    open: (open) => {
      // Between two streams something may have been missed.
      if (open && !live) poke();
      if (open !== live) void setMeta(db, "link", open ? "live" : "polling").catch(() => undefined);
      live = open;
    },
  });
  await setMeta(db, "link", "polling");
  while (!signal.aborted) {
    let round: Round = WELL;
    if (wanted || document.visibilityState === "visible") {
      wanted = false;
      round = await syncOnce(db);
      failures = round.trouble ? failures + 1 : 0;
    }
    if (round.over) return;
    if (round.notBeforeMs) {
      // The server said when to come again: signal that comes back is no reason to come sooner.
      await wait(spread(Math.min(round.notBeforeMs, LONGEST_REST_MS)), signal);
      wanted = true;
      continue;
    }
    // Somebody asked meanwhile: signal that came back during a failing attempt must not wait for the pause to end.
    if (wanted) continue;
    const pause = failures > 0 ? backoff(failures) : live ? POLL_WITH_LIVE_MS : POLL_MS;
    await wait(pause, signal, wake, "poke");
  }
}

/** How one round of pushing and pulling went. */
export interface Round {
  trouble: Meta["trouble"];
  /** How long the server asked to be left alone, in milliseconds; 0 if it did not. */
  notBeforeMs: number;
  /** The local data was deleted: this device was revoked. */
  over: boolean;
}

const WELL: Round = { trouble: null, notBeforeMs: 0, over: false };

/** Push, then pull, and note for the screens how it went. */
export async function syncOnce(db: Database): Promise<Round> {
  if (await getMeta(db, "signInNeeded")) return WELL;
  const pushed = await attempt(db, "pushing", () => push(db));
  if (pushed.over) return pushed;
  // What the server refuses to take must not keep the news from coming in.
  const pulled = pushed.trouble === "unreachable" ? pushed : await attempt(db, "pulling", () => pullAll(db));
  if (pulled.over) return pulled;
  const trouble = pulled.trouble ?? pushed.trouble;
  await db.transaction("rw", db.meta, async () => {
    await setMeta(db, "trouble", trouble);
    await setMeta(db, "activity", "idle");
  });
  return { trouble, notBeforeMs: Math.max(pulled.notBeforeMs, pushed.notBeforeMs), over: false };
}

async function attempt(db: Database, activity: Meta["activity"], work: () => Promise<unknown>): Promise<Round> {
  await setMeta(db, "activity", activity);
  try {
    await work();
    return WELL;
  } catch (error) {
    if (error instanceof DeviceRevoked && activity !== "handingIn") {
      const handIn = { over: false };
      const round = await attempt(db, "handingIn", async () => {
        handIn.over = await handInAndWipe(db, error);
      });
      return { ...round, ...handIn };
    }
    if (error instanceof SignInNeeded) return WELL;
    if (error instanceof Unreachable) return { ...WELL, trouble: "unreachable" };
    if (error instanceof StorageFull) return { ...WELL, trouble: "storage" };
    const notBeforeMs = error instanceof Refused ? (error.retryAfter ?? 0) * 1000 : 0;
    return { ...WELL, trouble: notBeforeMs > 0 ? "busy" : "server", notBeforeMs };
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
