import { Refused, type Sending, send } from "../api/http.ts";
import type { components } from "../api/schema.d.ts";
import type { Database } from "../db/database.ts";
import { getMeta, setMeta } from "../db/meta.ts";
import { exclusively } from "./exclusively.ts";
import { getSession, type Session, setSession } from "./session.ts";

/** The server's answer to a sign-in and to a refresh. */
export type Grant = components["schemas"]["SignedIn"];

const REVOKED = "auth.device_revoked";

/** The server wants the person to sign in again. Nothing on the device is touched by it. */
export class SignInNeeded extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`sign in again: ${code}`);
    this.name = "SignInNeeded";
    this.code = code;
  }
}

/** The server has revoked this device: with this token it hands in what it still has, and nothing else. */
export class DeviceRevoked extends SignInNeeded {
  readonly handInToken: string;

  constructor(handInToken: string) {
    super(REVOKED);
    this.handInToken = handInToken;
  }
}

/**
 * Send a request as the person whose database this is, with a fresh access token when the one held has run out.
 *
 * @throws Unreachable, Refused, SignInNeeded
 */
export async function request<Answer>(
  db: Database,
  method: string,
  path: string,
  sending: Omit<Sending, "accessToken"> = {},
): Promise<Answer> {
  return withToken(db, (accessToken) => send<Answer>(method, path, { ...sending, accessToken }));
}

/**
 * Do something with an access token; once more with a new one if the server does not take it. What `handsIn` is done
 * by a revoked device too, with the token that it is given for that.
 */
export async function withToken<T>(
  db: Database,
  work: (accessToken: string) => Promise<T>,
  { handsIn = false } = {},
): Promise<T> {
  const accessToken = (await getMeta(db, "tokens"))?.access;
  const refused = await getMeta(db, "signInNeeded");
  if (!accessToken || refused) throw new SignInNeeded(refused ?? "auth.signed_out");
  try {
    return await work(accessToken);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 401)) throw error;
    return await work(await refreshed(db, accessToken, handsIn));
  }
}

async function refreshed(db: Database, stale: string, handsIn: boolean): Promise<string> {
  try {
    return await refresh(db, stale);
  } catch (error) {
    if (handsIn && error instanceof DeviceRevoked) return error.handInToken;
    throw error;
  }
}

/** A new access token; many callers and tabs that find the same one stale cause one refresh. */
async function refresh(db: Database, stale: string): Promise<string> {
  return exclusively(`fieldbook-refresh-${db.name}`, async () => {
    const tokens = await getMeta(db, "tokens");
    if (!tokens) throw new SignInNeeded("auth.signed_out");
    if (tokens.access !== stale) return tokens.access;
    try {
      const grant = await send<Grant>("POST", "/auth/refresh", { body: { refresh_token: tokens.refresh } });
      await keepGrant(db, grant);
      return grant.access_token;
    } catch (error) {
      if (!(error instanceof Refused && [401, 403].includes(error.status))) throw error;
      const { hand_in_token } = error.body;
      if (error.code === REVOKED && typeof hand_in_token === "string") throw new DeviceRevoked(hand_in_token);
      await setMeta(db, "signInNeeded", error.code);
      throw new SignInNeeded(error.code);
    }
  });
}

/** Keep the tokens, and what the person may do, which can have changed. */
export async function keepGrant(db: Database, grant: Grant): Promise<void> {
  await db.transaction("rw", db.meta, async () => {
    await setMeta(db, "tokens", { access: grant.access_token, refresh: grant.refresh_token });
    await setMeta(db, "signInNeeded", undefined);
    await setMeta(db, "serverId", grant.server_id);
    await setMeta(db, "exportKey", grant.export_key);
  });
  const session = getSession();
  if (session?.databaseName === db.name) {
    setSession({ ...session, ...sessionOf(grant) });
  }
}

/** What screens know of who is signed in. */
export function sessionOf({ user, organisation, map_style_url }: Grant): Omit<Session, "databaseName" | "deviceId"> {
  return { user, organisation, mapStyleUrl: map_style_url };
}
