import { send } from "../api/http.ts";
import { Database } from "../db/database.ts";
import { setMeta } from "../db/meta.ts";
import { unsubscribe } from "../push/subscription.ts";
import { newId } from "../rules/ids.ts";
import { renumber } from "../sync/outbox.ts";
import { pokeSync } from "../sync/poke.ts";
import { wait } from "../sync/waiting.ts";
import { getDatabase, setSession } from "./session.ts";
import { type Grant, keepGrant, request, sessionOf } from "./tokens.ts";

export interface Credentials {
  email: string;
  password: string;
  /** Its slug; needed only when the server asks with `auth.organisation_required`. */
  organisation?: string | undefined;
}

const TELL_SERVER_MS = 3_000;
const DEVICES = "fieldbook.devices";

/**
 * Sign in and open the person's own database, with whatever was left in it.
 *
 * @throws Unreachable, Refused
 */
export async function signIn({ email, password, organisation }: Credentials): Promise<void> {
  const person = `${email.trim().toLowerCase()} ${organisation ?? ""}`.trim();
  // One device per person: the numbers of the mutations count per device.
  const devices = JSON.parse(localStorage.getItem(DEVICES) ?? "{}") as Record<string, string>;
  const grant = await send<Grant>("POST", "/auth/login", {
    body: {
      email: email.trim(),
      password,
      ...(organisation && { organisation }),
      device: { id: devices[person] ?? newId(), name: deviceName(), platform: "web" },
    },
  });
  localStorage.setItem(DEVICES, JSON.stringify({ ...devices, [person]: grant.device.id }));
  const databaseName = `fieldbook-${grant.organisation.id}-${grant.user.id}`;
  const db = new Database(databaseName);
  await keepGrant(db, grant);
  // With unsent work the server says what it expects when it is sent; without, this is where counting goes on.
  if ((await db.mutations.where("state").equals("unsent").count()) === 0) await renumber(db, grant.device.next_seq);
  db.close();
  setSession({ databaseName, deviceId: grant.device.id, ...sessionOf(grant) });
  // Somebody who signs in again finds the sync waiting for it.
  pokeSync();
}

/**
 * Sign out on this device. The server is told if it can be reached; the local copy is deleted unless it holds work
 * that was not handed in: then it stays for the person's next sign-in.
 */
export async function signOut(): Promise<void> {
  const db = getDatabase();
  const told = Promise.all([request(db, "POST", "/auth/logout"), unsubscribe()]);
  // Without signal nobody waits for it.
  await Promise.race([told.catch(() => undefined), wait(TELL_SERVER_MS, new AbortController().signal)]);
  const mutations = await db.mutations.where("state").anyOf("unsent", "rejected", "failed").count();
  const unfinished = mutations + (await db.contents.where("state").equals("waiting").count());
  if (unfinished > 0) await setMeta(db, "tokens", undefined);
  setSession(null);
  if (unfinished === 0) await new Database(db.name).delete();
}

function deviceName(): string {
  const data = (navigator as { userAgentData?: { platform: string } }).userAgentData;
  const platform = data?.platform ?? navigator.platform;
  return platform ? `Fieldbook · ${platform}` : "Fieldbook";
}
