import type { Id } from "../db/types.ts";
import { getDatabase } from "../session/session.ts";
import * as outbox from "./outbox.ts";
import { pokeSync } from "./poke.ts";

/** Send a refused mutation again as it is. */
export async function sendAgain(mutationId: Id): Promise<void> {
  await outbox.sendAgain(getDatabase(), mutationId);
  pokeSync();
}

/** Forget a mutation that needs attention, and what it shows. */
export async function discard(mutationId: Id): Promise<void> {
  await outbox.discard(getDatabase(), mutationId);
}

/** What was not handed in, as a file for somebody to enter by hand. */
export async function exportUnfinished(): Promise<Blob> {
  const mutations = await getDatabase()
    .mutations.where("state")
    .anyOf("unsent", "rejected", "failed")
    .sortBy("position");
  return new Blob([JSON.stringify({ exported_at: new Date().toISOString(), mutations }, null, 2)], {
    type: "application/json",
  });
}
