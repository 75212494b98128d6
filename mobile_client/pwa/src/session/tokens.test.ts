import { beforeEach, expect, test } from "vitest";
import type { Database } from "../db/database.ts";
import { getMeta, setMeta } from "../db/meta.ts";
import { newId } from "../rules/ids.ts";
import { record } from "../sync/outbox.ts";
import { push } from "../sync/push.ts";
import { ME, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { request, SignInNeeded } from "./tokens.ts";

let server: ProtocolServer;
let db: Database;

beforeEach(async () => {
  server = new ProtocolServer();
  db = await signedInPhone(server);
});

const pullOnce = () => request(db, "POST", "/sync/pull", { body: { cursor: null } });
const refreshes = () => server.asked.get("/api/v1/auth/refresh") ?? 0;

test("many requests that find the token stale cause one refresh", async () => {
  server.accessToken = "newer";
  await Promise.all([pullOnce(), pullOnce(), pullOnce()]);
  expect(refreshes()).toBe(1);
});

test("a refresh whose answer was lost can be repeated", async () => {
  server.accessToken = "newer";
  server.online = false;
  await expect(pullOnce()).rejects.toThrow("cannot be reached");
  server.online = true;
  await pullOnce();
  expect(await getMeta(db, "tokens")).toEqual({ access: server.accessToken, refresh: server.refreshToken });
});

test("a refused refresh asks for a sign-in, once, and wipes nothing", async () => {
  await record(db, "account.create", { id: newId(), name: "Mine", territory_id: newId() }, { actorId: ME });
  await setMeta(db, "tokens", { access: "old", refresh: "old" });
  await expect(push(db)).rejects.toThrow(SignInNeeded);
  await expect(push(db)).rejects.toThrow(SignInNeeded);
  expect(refreshes()).toBe(1);
  expect(await getMeta(db, "signInNeeded")).toBe("auth.refresh_reused");
  expect(await db.mutations.where("state").equals("unsent").count()).toBe(1);
  expect(await db.documents.count()).toBe(1);
});
