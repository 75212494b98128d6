import { openStream, Refused } from "../api/http.ts";
import type { Database } from "../db/database.ts";
import { withToken } from "../session/tokens.ts";
import { backoff, spread, wait } from "./waiting.ts";

/** The server sends a line every 15 seconds: a stream that is silent for longer is dead. */
const SILENCE_MS = 45_000;

/**
 * Hear from the server that a new revision is there, until `signal` aborts. Reconnects by itself, at once when `wake`
 * says so; while it cannot, the sync loop's own timer polls. `on.open` tells whether a stream stands.
 */
export async function followLive(
  db: Database,
  signal: AbortSignal,
  wake: EventTarget,
  on: { poke: () => void; open: (open: boolean) => void },
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await withToken(db, (token) =>
        listen(
          token,
          signal,
          () => {
            failures = 0;
            on.open(true);
          },
          on.poke,
        ),
      );
    } catch (error) {
      failures += 1;
      if (error instanceof Refused && error.retryAfter) await wait(spread(error.retryAfter * 1000), signal);
    }
    on.open(false);
    // Also a stream that the server ended in peace: it ends those of all phones when it is started anew.
    await wait(backoff(failures + 1), signal, wake, "poke");
  }
}

async function listen(token: string, signal: AbortSignal, onOpen: () => void, onPoke: () => void): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const either = AbortSignal.any([signal, silence.signal]);
  try {
    const stream = await openStream("/sync/live", token, either);
    onOpen();
    let rest = "";
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const events = (rest + value).split("\n\n");
      rest = events.pop() ?? "";
      if (events.some((event) => /^event: ?poke$/m.test(event))) onPoke();
    }
  } finally {
    clearTimeout(timer);
  }
}
