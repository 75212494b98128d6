import { send } from "../api/http.ts";
import type { Database } from "../db/database.ts";
import { getMeta, setMeta } from "../db/meta.ts";
import { request } from "../session/tokens.ts";

/** Clocks are compared to the second: less than this is how long a line of text takes. */
const RESOLUTION_MS = 1_000;

/**
 * Push or pull, and note how this device's clock stands to the server's. `token` is used instead of the person's own.
 *
 * @throws Unreachable, Refused, SignInNeeded
 */
export async function ask<Answer extends { server_time: string }>(
  db: Database,
  path: string,
  body: Record<string, unknown>,
  token?: string,
): Promise<Answer> {
  const sentAt = Date.now();
  const answer = token
    ? await send<Answer>("POST", path, { body, accessToken: token })
    : await request<Answer>(db, "POST", path, { body });
  const ahead = clockAhead(answer.server_time, sentAt, Date.now());
  const known = await getMeta(db, "clockAheadMs");
  if (known === undefined || Math.abs(known - ahead) > RESOLUTION_MS) await setMeta(db, "clockAheadMs", ahead);
  return answer;
}

/** How far this device's clock is ahead of the server's at least, in milliseconds, however slow the line is; negative if behind. */
export function clockAhead(serverTime: string, sentAt: number, receivedAt: number): number {
  const server = Date.parse(serverTime);
  if (server < sentAt) return sentAt - server;
  return Math.min(0, receivedAt - server);
}
