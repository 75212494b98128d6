import { useCallback, useEffect, useState } from "react";
import type { components } from "../../api/schema.d.ts";
import type { Database } from "../../db/database.ts";
import { getMeta, setMeta } from "../../db/meta.ts";
import type { Instant } from "../../db/types.ts";
import { getDatabase } from "../../session/session.ts";
import { request } from "../../session/tokens.ts";
import { Refused } from "../../sync/useOnlineCommand.ts";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import { type Choice, type Days, daysOf, keyOf, pathOf, type Row } from "./figures.ts";

type Answer = components["schemas"]["Figures"];

/** Figures as the server gave them at an instant. They stay on this device, so that they can be read without a connection. */
export interface Seen {
  key: string;
  choice: Choice;
  now: Days;
  before: Days;
  rows: Row[];
  /** Of all rows together, and of all together before; null where nothing was planned or done. */
  total: Row | null;
  totalBefore: Row | null;
  currency: string;
  at: Instant;
}

const KEPT = 12;

/**
 * `asking` · `fresh`: as the server has just said · `kept`: no connection, from what was seen before ·
 * `never`: no connection, and not seen before · `refused`: the server said why.
 */
export type State = "asking" | "fresh" | "kept" | "never" | "refused";

/** The figures of a choice: what was seen last at once, then what the server says. `last` is what was seen last of all. */
export function useFigures(choice: Choice, today: string) {
  const key = keyOf(choice);
  const { online } = useSyncStatus();
  const [held, setHeld] = useState<{ key: string; seen: Seen | null; state: State; why: string | null }>();
  const [last, setLast] = useState<Seen | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the choice; another attempt and a connection ask again
  useEffect(() => {
    let wanted = true;
    const db = getDatabase();
    const show = (seen: Seen | null, state: State, why: string | null = null) =>
      wanted && setHeld({ key, seen, state, why });
    void (async () => {
      const kept = await recall(db);
      const before = kept.find((one) => one.key === key) ?? null;
      if (wanted) setLast(kept[0] ?? null);
      show(before, "asking");
      try {
        const seen = await ask(db, choice, today);
        await keep(db, seen);
        show(seen, "fresh");
      } catch (error) {
        if (error instanceof Refused) show(before, "refused", error.message);
        else show(before, before ? "kept" : "never");
      }
    })();
    return () => {
      wanted = false;
    };
  }, [key, today, attempt, online]);
  const again = useCallback(() => setAttempt((count) => count + 1), []);
  const current = held?.key === key ? held : { seen: null, state: "asking" as State, why: null };
  return { ...current, last, again };
}

/** @throws Unreachable, Refused, SignInNeeded */
async function ask(db: Database, choice: Choice, today: string): Promise<Seen> {
  const { now, before } = daysOf(choice, today);
  const figures = (days: Days, cut: Pick<Choice, "per" | "by">) =>
    request<Answer>(db, "GET", pathOf(choice, days, cut));
  const whole = { per: "total", by: "all" } as const;
  const [rows, total, totalBefore] = await Promise.all([
    figures(now, choice),
    figures(now, whole),
    figures(before, whole),
  ]);
  return {
    key: keyOf(choice),
    choice,
    now,
    before,
    rows: rows.items,
    total: total.items[0] ?? null,
    totalBefore: totalBefore.items[0] ?? null,
    currency: rows.currency,
    at: new Date().toISOString(),
  };
}

/** What this device has kept, the newest first. */
export async function recall(db: Database): Promise<Seen[]> {
  return ((await getMeta(db, "figures")) ?? []) as Seen[];
}

/** Keep these figures in place of older ones of the same choice. */
export async function keep(db: Database, seen: Seen): Promise<void> {
  await db.transaction("rw", db.meta, async () => {
    const others = (await recall(db)).filter(({ key }) => key !== seen.key);
    await setMeta(db, "figures", [seen, ...others].slice(0, KEPT));
  });
}
