import { compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { expect, test } from "vitest";
import { setMeta } from "../db/meta.ts";
import { newId } from "../rules/ids.ts";
import { ME, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { encryptUnfinished } from "./exportWork.ts";
import { record } from "./outbox.ts";

const SESSION = { deviceId: newId(), user: { id: ME }, organisation: { id: newId() } };

test("an export holds every mutation as it would be pushed, and only the server can read it", async () => {
  const { publicKey, privateKey } = await generateKeyPair("ECDH-ES", { extractable: true });
  const server = new ProtocolServer();
  const db = await signedInPhone(server);
  await setMeta(db, "exportKey", { ...(await exportJWK(publicKey)), kid: "key-1" } as never);
  await setMeta(db, "serverId", "server-1");
  const args = { id: newId(), name: "Mine", territory_id: newId() };
  const id = await record(db, "account.create", args, { actorId: ME, now: new Date("2026-11-22T08:00:00Z") });
  server.online = false;

  const file = await encryptUnfinished(db, SESSION as never);
  const text = await file.text();
  expect(text).not.toContain("Mine");
  const { plaintext, protectedHeader } = await compactDecrypt(text, privateKey);
  expect(protectedHeader).toMatchObject({ alg: "ECDH-ES", enc: "A256GCM", kid: "key-1" });
  expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({
    format: 1,
    server_id: "server-1",
    organisation_id: SESSION.organisation.id,
    user_id: ME,
    device_id: SESSION.deviceId,
    exported_at: expect.any(String),
    mutations: [
      {
        id,
        seq: 1,
        name: "account.create",
        args,
        base_rev: 0,
        occurred_at: "2026-11-22T08:00:00.000Z",
        app_version: expect.any(String),
      },
    ],
  });
});
