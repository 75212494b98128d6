import { useSyncExternalStore } from "react";
import type { components } from "../api/schema.d.ts";
import { Database } from "../db/database.ts";
import type { Id } from "../db/types.ts";

/** Who is signed in on this installation. The tokens are in the person's own database. */
export interface Session {
  databaseName: string;
  deviceId: Id;
  user: components["schemas"]["Me"];
  organisation: components["schemas"]["SignedInOrganisation"];
  /** Where maps get their ground from; without it they are drawn on a plain one. */
  mapStyleUrl?: string | null;
}

const STORED = "fieldbook.session";
const FAREWELL = "fieldbook.farewell";

let current: Session | null = read();
let database: Database | null = null;
const listeners = new Set<() => void>();

function read(): Session | null {
  const stored = typeof localStorage === "undefined" ? null : localStorage.getItem(STORED);
  return stored ? (JSON.parse(stored) as Session) : null;
}

export function getSession(): Session | null {
  return current;
}

export function setSession(session: Session | null): void {
  if (session?.databaseName !== current?.databaseName) {
    database?.close();
    database = null;
  }
  current = session;
  if (session) {
    localStorage.setItem(STORED, JSON.stringify(session));
    localStorage.removeItem(FAREWELL);
  } else localStorage.removeItem(STORED);
  for (const listener of listeners) listener();
}

/** Whoever worked with this database is signed out for good; the sign-in page says why. */
export function forgetSession(databaseName: string, because: string): void {
  if (current?.databaseName !== databaseName) return;
  localStorage.setItem(FAREWELL, because);
  setSession(null);
}

/** Code of why this device was signed out, until somebody signs in again. */
export function farewell(): string | null {
  return localStorage.getItem(FAREWELL);
}

/** Call `listener` when somebody signs in or out, in this tab or another. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The local database of whoever is signed in. Screens are only shown to somebody who is. */
export function getDatabase(): Database {
  if (!current) throw new Error("nobody is signed in");
  database ??= openDatabase(current.databaseName);
  return database;
}

function openDatabase(name: string): Database {
  const opened = new Database(name);
  // Another tab has loaded an app with a newer shape of the database: this one must load it too.
  opened.on("versionchange", ({ newVersion }) => {
    opened.close();
    if (newVersion) window.location.reload();
  });
  return opened;
}

export function useSession(): Session | null {
  return useSyncExternalStore(onSessionChange, getSession);
}

/** Whether the signed-in person may do something, such as `orders.place`. */
export function useMay(permission: string): boolean {
  return useSession()?.user.permissions.includes(permission) ?? false;
}

if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    if (event.key !== STORED) return;
    const next = read();
    if (next?.databaseName !== current?.databaseName) {
      database?.close();
      database = null;
    }
    current = next;
    for (const listener of listeners) listener();
  });
}
