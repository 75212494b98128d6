import type { components } from "../api/schema.d.ts";
import type { Id } from "../db/types.ts";
import { getDatabase } from "./session.ts";
import { request } from "./tokens.ts";

/** An installation of the app that the signed-in person has used. */
export type Device = components["schemas"]["Device"];

/** The signed-in person's devices. Needs the server: throws Unreachable, Refused. */
export async function listDevices(): Promise<Device[]> {
  const { items } = await request<components["schemas"]["DeviceList"]>(getDatabase(), "GET", "/devices");
  return items;
}

/** Sign a lost device out. What it had not handed in is still taken from it. */
export async function revokeDevice(id: Id): Promise<void> {
  await request(getDatabase(), "POST", `/devices/${id}/revoke`, { body: {} });
}
