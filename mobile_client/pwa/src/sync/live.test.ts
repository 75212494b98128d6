import { afterEach, expect, test, vi } from "vitest";
import type { Database } from "../db/database.ts";
import { signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { followLive } from "./live.ts";

let stop: AbortController;

afterEach(() => stop.abort());

/** Serves one stream per call; `send` writes to the newest. */
async function liveServer(): Promise<{
  db: Database;
  send: (text: string) => void;
  close: () => void;
  opened: () => number;
}> {
  const server = new ProtocolServer();
  const db = await signedInPhone(server);
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    if (!input.endsWith("/sync/live")) return server.fetch(input, init);
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void streams.push(controller) });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  });
  return {
    db,
    send: (text) => streams.at(-1)?.enqueue(new TextEncoder().encode(text)),
    close: () => streams.at(-1)?.close(),
    opened: () => streams.length,
  };
}

function follow(db: Database) {
  stop = new AbortController();
  const wake = new EventTarget();
  const on = { poke: vi.fn(), open: vi.fn() };
  void followLive(db, stop.signal, wake, on);
  return { ...on, wake };
}

test("a poke is heard, also when it comes in pieces", async () => {
  const { db, send, opened } = await liveServer();
  const { poke, open } = follow(db);
  await vi.waitFor(() => expect(open).toHaveBeenCalledWith(true));
  expect(opened()).toBe(1);
  send(": welcome\n\nevent: po");
  send('ke\ndata: {"rev": 7}\n\n: still here\n\n');
  await vi.waitFor(() => expect(poke).toHaveBeenCalledTimes(1));
});

test("after the server ended the stream a new one is opened", async () => {
  const { db, send, close, opened } = await liveServer();
  const { open, wake } = follow(db);
  await vi.waitFor(() => expect(open).toHaveBeenCalledWith(true));
  send("event: bye\ndata: {}\n\n");
  close();
  await vi.waitFor(() => expect(open).toHaveBeenLastCalledWith(false));
  wake.dispatchEvent(new Event("poke"));
  await vi.waitFor(() => expect(opened()).toBe(2));
});
