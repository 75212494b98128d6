import type { Id, Instant } from "../db/types.ts";
import { getDatabase } from "./session.ts";
import { request } from "./tokens.ts";

/** An installation of the app that the signed-in person has used. */
export interface Device {
  id: Id;
  name: string;
  platform: string;
  last_seen_at: Instant | null;
  revoked_at: Instant | null;
}

/** The signed-in person's devices. Needs the server: throws Unreachable, Refused. */
export async function listDevices(): Promise<Device[]> {
  const { items } = await request<{ items: Device[] }>(getDatabase(), "GET", "/devices");
  return items;
}

/** Sign a lost device out. What it had not handed in is still taken from it. */
export async function revokeDevice(id: Id): Promise<void> {
  await request(getDatabase(), "POST", `/devices/${id}/revoke`, { body: {} });
}
