import type { components } from "../api/schema.d.ts";
import { getDatabase } from "../session/session.ts";
import { request } from "../session/tokens.ts";

/** Some browsers never answer when they cannot reach their push service. */
const TIMEOUT_MS = 10_000;

export type PushState = "on" | "off" | "blocked" | "unsupported";

export async function pushState(): Promise<PushState> {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ? "on" : "off";
}

/**
 * Ask the person and the browser for notifications and tell the server where to send them.
 *
 * @throws Unreachable, Refused, and DOMException when the browser's push service does not answer
 */
export async function turnPushOn(): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  const db = getDatabase();
  const { public_key } = await request<components["schemas"]["VapidKey"]>(db, "GET", "/push/vapid-key");
  const registration = await within(navigator.serviceWorker.ready);
  const subscription = await within(
    registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: public_key }),
  );
  const { endpoint, keys } = subscription.toJSON();
  await request(db, "PUT", "/devices/current/push-subscription", { body: { channel: "web", endpoint, keys } });
  return "on";
}

export async function turnPushOff(): Promise<PushState> {
  await request(getDatabase(), "DELETE", "/devices/current/push-subscription");
  await unsubscribe();
  return "off";
}

/** Let the browser take no more pushes, whatever the server knows. */
export async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

function within<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new DOMException("the push service does not answer", "TimeoutError")), TIMEOUT_MS);
  });
  return Promise.race([work, late]);
}
