/// <reference lib="webworker" />
import { clientsClaim } from "workbox-core";
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope & { openNotification: typeof openNotification };

/** What the server puts into a push: see docs/model.md. */
interface PushPayload {
  kind: string;
  title: string;
  body: string;
  link: string;
  tag: string;
  rev: number;
}

// The library that draws maps is as large as the rest of the app: it comes after all that a day needs.
const manifest = self.__WB_MANIFEST.map((entry) =>
  typeof entry === "string" ? { url: entry, revision: null } : entry,
);
const isMap = ({ url }: { url: string }) => /^assets\/(MapView|maplibre-gl)/.test(url);
const mapFiles = manifest.filter(isMap).map(({ url }) => new URL(url, self.location.href).href);
const MAP_CACHE = "map";

// The first visit is served from here at once: every screen opens without signal, also those not opened yet.
clientsClaim();
cleanupOutdatedCaches();
precacheAndRoute(manifest.filter((entry) => !isMap(entry)));
registerRoute(
  ({ url }) => mapFiles.includes(url.href),
  async ({ request }) => (await caches.match(request)) ?? fetch(request),
);
// Every path of the app is index.html; the server's own pages are not ours.
const serversOwn = [/^\/api\//, /^\/(healthz|readyz|metrics)$/];
registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: serversOwn }));

// The page asks for this when the person agrees to load the new version.
self.addEventListener("message", (event) => {
  if (event.data?.type === "SKIP_WAITING") void self.skipWaiting();
  if (event.data?.type === "keep-map") event.waitUntil(keepMap());
});

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(showPush(event.data.json() as PushPayload));
});

self.addEventListener("notificationclick", (event) => {
  event.waitUntil(openNotification(event.notification));
});

/** Keep what draws maps, so that they open without signal. What could not be fetched is fetched the next time. */
async function keepMap(): Promise<void> {
  const cache = await caches.open(MAP_CACHE);
  const kept = (await cache.keys()).map(({ url }) => url);
  await Promise.all(kept.filter((url) => !mapFiles.includes(url)).map((url) => cache.delete(url)));
  const missing = mapFiles.filter((url) => !kept.includes(url));
  await Promise.all(missing.map((url) => cache.add(new Request(url, { priority: "low" })).catch(() => undefined)));
}

async function showPush({ title, body, link, tag }: PushPayload): Promise<void> {
  await self.registration.showNotification(title, {
    body,
    tag,
    icon: "/icon-192.png",
    badge: "/badge.png",
    data: { link },
  });
  // The push carries no data to show: an open app pulls what it is about.
  for (const client of await windows()) client.postMessage({ type: "poke" });
}

/** Bring the app to the front at the notification's link, opening it if no window is there. */
export async function openNotification(notification: Pick<Notification, "data" | "close">): Promise<void> {
  notification.close();
  const link: string = notification.data?.link ?? "/notices";
  const [open] = await windows();
  if (!open) {
    await self.clients.openWindow(link);
    return;
  }
  // A browser may refuse to bring a window to the front; the link opens all the same.
  await open.focus().catch(() => undefined);
  open.postMessage({ type: "open", link });
}

// No protocol clicks a notification: browser tests call the handler itself.
self.openNotification = openNotification;

function windows(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}
