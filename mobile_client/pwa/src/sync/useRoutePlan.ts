import { useCallback, useEffect, useState } from "react";
import type { components } from "../api/schema.d.ts";
import type { DateOn, Id } from "../db/types.ts";
import { newId } from "../rules/ids.ts";
import { getDatabase } from "../session/session.ts";
import { request } from "../session/tokens.ts";
import { pokeSync } from "./poke.ts";

export type RoutePlan = components["schemas"]["RoutePlan"];

const ASK_AGAIN_MS = 400;

/** A plan of a rep's days, which the server works out: asked for when it is shown, looked at until it is there. */
export function useRoutePlan(rep_id: Id, starts_on: DateOn, ends_on: DateOn) {
  const [plan, setPlan] = useState<RoutePlan | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks for a new plan
  useEffect(() => {
    let wanted = true;
    setPlan(null);
    setTrouble(null);
    // What was done on this device is to be part of it.
    pokeSync();
    workOut({ rep_id, starts_on, ends_on }, (found) => {
      if (wanted) setPlan(found);
      return wanted;
    }).catch((error) => wanted && setTrouble(error));
    return () => {
      wanted = false;
    };
  }, [rep_id, starts_on, ends_on, attempt]);
  return { plan, trouble, again: useCallback(() => setAttempt((count) => count + 1), []) };
}

async function workOut(body: Record<string, unknown>, show: (plan: RoutePlan) => boolean): Promise<void> {
  const headers = { "Idempotency-Key": newId() };
  let plan = await request<RoutePlan>(getDatabase(), "POST", "/route-plans", { body, headers });
  while (show(plan) && (plan.status === "queued" || plan.status === "running")) {
    await new Promise((resume) => setTimeout(resume, ASK_AGAIN_MS));
    plan = await request<RoutePlan>(getDatabase(), "GET", `/route-plans/${plan.id}`);
  }
}

/**
 * Takes a plan over, all of it or nothing; for the accounts `without` no visit is planned. The visits arrive by sync.
 *
 * @throws Unreachable, Refused
 */
export async function acceptRoutePlan(id: Id, without: readonly Id[]): Promise<void> {
  await request(getDatabase(), "POST", `/route-plans/${id}/accept`, { body: { without } });
  pokeSync();
}

/**
 * Puts back what a plan has moved, and calls off what it has added.
 *
 * @throws Unreachable, Refused
 */
export async function takeBackRoutePlan(id: Id): Promise<void> {
  await request(getDatabase(), "POST", `/route-plans/${id}/take-back`, { body: {} });
  pokeSync();
}
