import type { Database } from "./database.ts";
import type { Instant } from "./types.ts";

/** What the device remembers besides the records. */
export interface Meta {
  /** Where the next pull goes on. Opaque. */
  cursor: string;
  /** The revision up to which everything has been pulled. */
  checkpoint: number;
  /** A round was completed: from now on a round shows all at once. */
  firstRoundDone: boolean;
  /** The buckets that were started anew in the round that is under way. */
  resetThisRound: string[];
  /** The cursor behind the last staged page. */
  stagedCursor: string;
  /** Progress of the first round. */
  progress: { done: number; total: number };
  lastSyncAt: Instant;
  /** When all checksums were compared. */
  verifiedAt: Instant;
  /** Buckets to pull anew in the next round. */
  repair: string[];
  /** Buckets that were pulled anew and have not been right since. */
  repaired: string[];
  /** The number of the next mutation. */
  nextSeq: number;
  tokens: { access: string; refresh: string };
  /** The server wants the person to sign in again, with its code for why. Nothing is lost by it. */
  signInNeeded: string;
  /** The server does not serve this version of the app any more; what was done is still handed in. */
  upgradeRequired: boolean;
  /** What the sync of the leading tab is doing, for every tab to show. */
  activity: "idle" | "pushing" | "pulling";
  /** Why the last attempt failed; null after one that did not. */
  trouble: "unreachable" | "server" | null;
}

export async function getMeta<K extends keyof Meta>(db: Database, key: K): Promise<Meta[K] | undefined> {
  return (await db.meta.get(key))?.value as Meta[K] | undefined;
}

export async function setMeta<K extends keyof Meta>(db: Database, key: K, value: Meta[K] | undefined): Promise<void> {
  if (value === undefined) await db.meta.delete(key);
  else await db.meta.put({ key, value });
}
