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

// The first visit is served from here at once: every screen opens without signal, also those not opened yet.
clientsClaim();
cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);
// Every path of the app is index.html; the server's own pages are not ours.
const serversOwn = [/^\/api\//, /^\/(healthz|readyz|metrics)$/];
registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: serversOwn }));

// The page asks for this when the person agrees to load the new version.
self.addEventListener("message", (event) => {
  if (event.data?.type === "SKIP_WAITING") void self.skipWaiting();
});

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(showPush(event.data.json() as PushPayload));
});

self.addEventListener("notificationclick", (event) => {
  event.waitUntil(openNotification(event.notification));
});

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
