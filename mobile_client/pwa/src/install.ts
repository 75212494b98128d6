/** The browser's offer to put the app on the home screen, kept for when the person asks for it. */
interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

let offer: InstallOffer | null = null;
const listeners = new Set<() => void>();

function keep(next: InstallOffer | null): void {
  offer = next;
  for (const listener of listeners) listener();
}

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  keep(event as InstallOffer);
});
window.addEventListener("appinstalled", () => keep(null));

export function canInstall(): boolean {
  return offer !== null;
}

export function onInstallOffer(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export async function install(): Promise<void> {
  await offer?.prompt();
  keep(null);
}
