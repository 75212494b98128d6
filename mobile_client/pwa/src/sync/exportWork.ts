import { CompactEncrypt, importJWK } from "jose";
import type { Database } from "../db/database.ts";
import { getMeta } from "../db/meta.ts";
import type { Session } from "../session/session.ts";
import { onTheWire } from "./push.ts";

const ALGORITHM = "ECDH-ES";

/**
 * What this device has not handed in, or what the server did not take, for support to import: a compact JWE (RFC 7516)
 * for the server's own key. Nobody else can read the file.
 *
 * @throws Error the server has not told its key yet.
 */
export async function encryptUnfinished(
  db: Database,
  { organisation, user, deviceId }: Pick<Session, "organisation" | "user" | "deviceId">,
): Promise<File> {
  const key = await getMeta(db, "exportKey");
  if (!key) throw new Error("the server has not told its key yet");
  const mutations = await db.mutations.where("state").anyOf("unsent", "rejected", "failed").sortBy("position");
  const exported_at = new Date().toISOString();
  const content = {
    format: 1,
    server_id: (await getMeta(db, "serverId")) ?? null,
    organisation_id: organisation.id,
    user_id: user.id,
    device_id: deviceId,
    exported_at,
    mutations: mutations.map(onTheWire),
  };
  const encrypted = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: ALGORITHM, enc: "A256GCM", kid: key.kid })
    .encrypt(await importJWK(key, ALGORITHM));
  return new File([encrypted], `fieldbook-${exported_at.slice(0, 10)}.jwe`, { type: "application/jose" });
}
