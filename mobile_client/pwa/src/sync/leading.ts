let leading = false;
const listeners = new Set<() => void>();

/** Whether this tab is the one that talks to the server; every other one reads and writes the same local database. */
export function isLeading(): boolean {
  return leading;
}

export function onLeadingChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setLeading(next: boolean): void {
  leading = next;
  for (const listener of listeners) listener();
}
