const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** How long to wait after this many failures in a row, in milliseconds: doubling, with jitter so that phones spread out. */
export function backoff(
  failures: number,
  { random = Math.random, longest = LONGEST_MS }: { random?: () => number; longest?: number } = {},
): number {
  const ceiling = Math.min(longest, FIRST_MS * 2 ** failures);
  return ceiling / 2 + (random() * ceiling) / 2;
}

/** Somewhat longer than `ms`, so that phones that were sent away together do not come back together. */
export function spread(ms: number, random: () => number = Math.random): number {
  return ms * (1 + random() / 2);
}

/** Wait `ms`, or until `signal` aborts, or until `target` sends one of the `events`. */
export function wait(ms: number, signal: AbortSignal, target?: EventTarget, ...events: string[]): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      for (const event of events) target?.removeEventListener(event, done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    for (const event of events) target?.addEventListener(event, done);
  });
}
