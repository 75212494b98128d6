import { documentKey } from "../db/database.ts";
import { listDocuments } from "../db/documents.ts";
import { getMeta } from "../db/meta.ts";
import type { Conflict, Id } from "../db/types.ts";
import { getDatabase, getSession } from "../session/session.ts";
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

/** The person has seen how a conflict ended: the change that was only partly taken over needs no more attention. */
export async function dismissMerged({ entity, record_id }: Conflict): Promise<void> {
  const db = getDatabase();
  const open = await listDocuments(db, "conflict", { status: "open", record_id });
  if (open.length > 0) return;
  const touching = await db.mutations.where("touches").equals(documentKey(entity, record_id)).toArray();
  for (const { id, state } of touching) if (state === "merged") await outbox.discard(db, id);
}

/** Whether unsent work can be saved to a file: the server has told this device for whom to encrypt it. */
export async function canExport(): Promise<boolean> {
  return Boolean(await getMeta(getDatabase(), "exportKey"));
}

/** What was not handed in, as an encrypted file that only support can read. Works without signal. */
export async function exportUnfinished(): Promise<File> {
  const { encryptUnfinished } = await import("./exportWork.ts");
  const session = getSession();
  if (!session) throw new Error("nobody is signed in");
  return encryptUnfinished(getDatabase(), session);
}
