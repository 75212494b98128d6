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

/** Fetch the newest version of the app and load it, whether the browser has noticed it already or not. */
export async function updateApp(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.update().catch(() => undefined);
  await installed(registration?.installing);
  if (registration?.waiting) loadNewVersion();
  else window.location.reload();
}

async function installed(worker: ServiceWorker | null | undefined): Promise<void> {
  if (!worker) return;
  await new Promise<void>((resolve) => {
    worker.addEventListener("statechange", () => worker.state !== "installing" && resolve());
  });
}

/** Load the newer version; whatever was recorded is in the local database. */
export function loadNewVersion(): void {
  void update(true);
}
