import type { Database } from "../db/database.ts";
import { setMeta } from "../db/meta.ts";
import { forgetSession } from "../session/session.ts";
import type { DeviceRevoked } from "../session/tokens.ts";
import { handInRefused } from "./outbox.ts";
import { push } from "./push.ts";

/**
 * The server has revoked this device: hand in what it still has. When nothing is left to send and the server says so,
 * the local copy of the data is deleted, and the sign-in page says why. Returns whether it was deleted.
 *
 * @throws ServerBusy, Unreachable, Refused: nothing is deleted, and it can be tried again.
 */
export async function handInAndWipe(db: Database, { code, handInToken }: DeviceRevoked): Promise<boolean> {
  await handInRefused(db);
  const { wipe } = await push(db, { token: handInToken });
  const unsent = await db.mutations.where("state").equals("unsent").count();
  // Photos go their own way, with the same permission; until the last one is there, nothing is deleted.
  const photos = await db.contents.where("state").equals("waiting").count();
  if (unsent + photos > 0) return false;
  if (!wipe) {
    await setMeta(db, "signInNeeded", code);
    return false;
  }
  forgetSession(db.name, code);
  await db.delete();
  return true;
}
