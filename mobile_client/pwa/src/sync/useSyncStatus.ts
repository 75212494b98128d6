import { useLiveQuery } from "dexie-react-hooks";
import { useSyncExternalStore } from "react";
import type { Meta } from "../db/meta.ts";
import { getDatabase } from "../session/session.ts";

export interface SyncStatus {
  /** The device has a network and the server was reached when it was last tried. */
  online: boolean;
  /** Mutations that the server has not answered yet. */
  unsent: number;
  /** Mutations that the server refused, failed at or merged, and the person has not dealt with. */
  attention: number;
  /** When the oldest unsent mutation was captured. */
  oldestUnsentAt: Date | null;
  /** End of the last completed pull; null before the first. */
  lastSyncAt: Date | null;
  /** Progress of the first sync; null when it is done. */
  firstSync: { done: number; total: number } | null;
  busy: boolean;
  /** Code of why the server wants the person to sign in again. */
  signInNeeded: string | null;
  upgradeRequired: boolean;
}

const BEFORE_READ: SyncStatus = {
  online: true,
  unsent: 0,
  attention: 0,
  oldestUnsentAt: null,
  lastSyncAt: null,
  firstSync: null,
  busy: false,
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
  const [rows, unsent, attention] = await Promise.all([
    db.meta.toArray(),
    db.mutations.where("state").equals("unsent").sortBy("position"),
    db.mutations.where("state").anyOf("rejected", "failed", "merged").count(),
  ]);
  const meta = Object.fromEntries(rows.map(({ key, value }) => [key, value])) as Partial<Meta>;
  return {
    online: meta.trouble !== "unreachable",
    unsent: unsent.length,
    attention,
    oldestUnsentAt: unsent[0] ? new Date(unsent[0].occurred_at) : null,
    lastSyncAt: meta.lastSyncAt ? new Date(meta.lastSyncAt) : null,
    firstSync: meta.firstRoundDone ? null : (meta.progress ?? { done: 0, total: 0 }),
    busy: meta.activity === "pushing" || meta.activity === "pulling",
    signInNeeded: meta.signInNeeded ?? null,
    upgradeRequired: meta.upgradeRequired ?? false,
  };
}

function followNetwork(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
