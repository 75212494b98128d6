import { useLiveQuery } from "dexie-react-hooks";
import { useSyncExternalStore } from "react";
import type { Meta } from "../db/meta.ts";
import { getDatabase } from "../session/session.ts";
import { readAttention } from "./attention.ts";

export interface SyncStatus {
  /** The device has a network and the server was reached when it was last tried. */
  online: boolean;
  /** Mutations that the server has not answered yet. */
  unsent: number;
  /** Mutations that the server has applied, and whose revision is still to be pulled. */
  awaiting: number;
  /** Mutations that the server refused, failed at or merged, and conflicts, that the person has not dealt with. */
  attention: number;
  /** When the oldest unsent mutation was captured. */
  oldestUnsentAt: Date | null;
  /** End of the last completed pull; null before the first. */
  lastSyncAt: Date | null;
  /** Progress of the first sync; null when it is done. From `ready` on the app can be used. */
  firstSync: { done: number; total: number; ready: boolean } | null;
  busy: boolean;
  /** Why the last attempt failed. */
  trouble: Meta["trouble"];
  /** The server tells of changes as they happen. */
  live: boolean;
  /** How far this device's clock is ahead of the server's, in milliseconds; negative when it is behind. */
  clockAheadMs: number;
  /** When all buckets were last compared with the server's, and when one was last found to differ. */
  verifiedAt: Date | null;
  repairedAt: Date | null;
  /** Code of why the server wants the person to sign in again. */
  signInNeeded: string | null;
  upgradeRequired: boolean;
}

const BEFORE_READ: SyncStatus = {
  online: true,
  unsent: 0,
  awaiting: 0,
  attention: 0,
  oldestUnsentAt: null,
  lastSyncAt: null,
  firstSync: null,
  busy: false,
  trouble: null,
  live: false,
  clockAheadMs: 0,
  verifiedAt: null,
  repairedAt: null,
  signInNeeded: null,
  upgradeRequired: false,
};

/** How this phone stands to the server, live, the same in every tab. */
export function useSyncStatus(): SyncStatus {
  const hasNetwork = useSyncExternalStore(followNetwork, () => navigator.onLine);
  const status = useLiveQuery(readStatus) ?? BEFORE_READ;
  return { ...status, online: hasNetwork && status.online };
}

async function readStatus(): Promise<SyncStatus> {
  const db = getDatabase();
  const [rows, unsent, awaiting, { mutations, conflicts }] = await Promise.all([
    db.meta.toArray(),
    db.mutations.where("state").equals("unsent").sortBy("position"),
    db.mutations.where("state").equals("awaiting").count(),
    readAttention(db),
  ]);
  const meta = Object.fromEntries(rows.map(({ key, value }) => [key, value])) as Partial<Meta>;
  return {
    online: meta.trouble !== "unreachable",
    unsent: unsent.length,
    awaiting,
    attention: mutations.length + conflicts.length,
    oldestUnsentAt: instant(unsent[0]?.occurred_at),
    lastSyncAt: instant(meta.lastSyncAt),
    firstSync: meta.firstRoundDone ? null : { done: 0, total: 0, ready: false, ...meta.progress },
    busy: meta.activity !== undefined && meta.activity !== "idle",
    trouble: meta.trouble ?? null,
    live: meta.link === "live",
    clockAheadMs: meta.clockAheadMs ?? 0,
    verifiedAt: instant(meta.verifiedAt),
    repairedAt: instant(meta.repairedAt),
    signInNeeded: meta.signInNeeded ?? null,
    upgradeRequired: meta.upgradeRequired ?? false,
  };
}

function instant(time: string | undefined): Date | null {
  return time ? new Date(time) : null;
}

function followNetwork(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
