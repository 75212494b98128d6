import { expect, test } from "vitest";
import { getMeta } from "../db/meta.ts";
import { signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { clockAhead } from "./ask.ts";
import { pull } from "./pull.ts";

const NOON = Date.parse("2026-11-22T12:00:00Z");
const at = (seconds: number) => NOON + seconds * 1000;
const saying = (seconds: number) => new Date(at(seconds)).toISOString();

test.each([
  { says: "a clock that agrees", server: 1, sent: 0, received: 2, ahead: 0 },
  { says: "a slow line is no wrong clock", server: 25, sent: 0, received: 30, ahead: 0 },
  { says: "ten minutes ahead", server: -599, sent: 0, received: 2, ahead: 599 },
  { says: "ten minutes behind", server: 602, sent: 0, received: 2, ahead: -600 },
])("$says", ({ server, sent, received, ahead }) => {
  expect(clockAhead(saying(server), at(sent), at(received))).toBe(at(ahead) - NOON);
});

test("the device learns from any answer how its clock stands", async () => {
  const server = new ProtocolServer();
  server.clockOffMs = -10 * 60_000;
  const db = await signedInPhone(server);
  await pull(db);
  const ahead = (await getMeta(db, "clockAheadMs")) ?? 0;
  expect(Math.round(ahead / 60_000)).toBe(10);
});
