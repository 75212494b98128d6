import type { components } from "../api/schema.d.ts";
import type { Database } from "./database.ts";
import type { DateOn, Instant } from "./types.ts";

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
  /** Progress of the first round; with `ready` the device holds what the person needs today. */
  progress: { done: number; total: number; ready?: boolean };
  lastSyncAt: Instant;
  /** When all checksums were compared. */
  verifiedAt: Instant;
  /** Buckets to pull anew in the next round. */
  repair: string[];
  /** Buckets that were pulled anew and have not been right since. */
  repaired: string[];
  /** When a bucket was last found to differ from the server's. */
  repairedAt: Instant;
  /** The edition of the app up to which the server was told what it has learned: see `sync/learning.ts`. */
  edition: number;
  /** The edition up to which it is told in the round that is under way. */
  learning: number;
  /** The number of the next mutation. */
  nextSeq: number;
  tokens: { access: string; refresh: string };
  /** The server wants the person to sign in again, with its code for why. Nothing is lost by it. */
  signInNeeded: string;
  /** The server's public key (JWK) for which unsent work is encrypted into a file. */
  exportKey: components["schemas"]["ExportKey"];
  /** The organisation's public holidays, as they were asked for on `on` in `language`. */
  holidays: components["schemas"]["Holidays"] & { on: DateOn; language: string };
  serverId: string;
  /** How far this device's clock is ahead of the server's, in milliseconds; negative when it is behind. */
  clockAheadMs: number;
  /** The server does not serve this version of the app any more; what was done is still handed in. */
  upgradeRequired: boolean;
  /** What the sync of the leading tab is doing, for every tab to show. */
  activity: "idle" | "pushing" | "pulling" | "handingIn";
  /**
   * Why the last attempt failed; null after one that did not. `busy`: the server asked to come again later ·
   * `storage`: this device has no room left.
   */
  trouble: "unreachable" | "server" | "busy" | "storage" | null;
  /** Whether the server tells of changes as they happen, or is asked every half minute. */
  link: "live" | "polling";
  /** Figures that were seen, the newest first: see `features/figures`. */
  figures: readonly unknown[];
}

export async function getMeta<K extends keyof Meta>(db: Database, key: K): Promise<Meta[K] | undefined> {
  return (await db.meta.get(key))?.value as Meta[K] | undefined;
}

export async function setMeta<K extends keyof Meta>(db: Database, key: K, value: Meta[K] | undefined): Promise<void> {
  if (value === undefined) await db.meta.delete(key);
  else await db.meta.put({ key, value });
}
