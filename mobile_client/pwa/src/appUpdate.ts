import { registerSW } from "virtual:pwa-register";

const CHECK_EVERY_MS = 3_600_000;

let ready = false;
const listeners = new Set<() => void>();

const update = registerSW({
  onNeedRefresh: () => {
    ready = true;
    for (const listener of listeners) listener();
  },
  onRegisteredSW: (_, registration) => {
    setInterval(() => void registration?.update().catch(() => undefined), CHECK_EVERY_MS);
  },
});

/** Whether a newer version of the app waits to be loaded. */
export function updateIsReady(): boolean {
  return ready;
}

export function onUpdate(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Load the newer version; whatever was recorded is in the local database. */
export function loadNewVersion(): void {
  void update(true);
}
