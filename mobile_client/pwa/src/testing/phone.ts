import { vi } from "vitest";
import { Database } from "../db/database.ts";
import { listDocuments } from "../db/documents.ts";
import { setMeta } from "../db/meta.ts";
import type { Entity, Visit } from "../db/types.ts";
import { newId } from "../rules/ids.ts";
import type { ProtocolServer } from "./protocolServer.ts";

export const ME = "0198c000-0000-7000-8000-000000000001";

/** A phone that is signed in to the server, which stands behind `fetch`. */
export async function signedInPhone(server: ProtocolServer): Promise<Database> {
  vi.stubGlobal("fetch", server.fetch);
  const db = new Database(`test-${newId()}`);
  await setMeta(db, "tokens", { access: server.accessToken, refresh: server.refreshToken });
  return db;
}

/** Everything that the phone shows, by id. */
export async function shown(db: Database, ...entities: Entity[]): Promise<Record<string, unknown>> {
  const all = await Promise.all(entities.map((entity) => listDocuments(db, entity, {})));
  return Object.fromEntries(all.flat().map((doc) => [doc.id, doc]));
}

/** The database as after the browser was killed and opened again. */
export async function reopened(db: Database): Promise<Database> {
  db.close();
  const again = new Database(db.name);
  await again.open();
  return again;
}

export function plannedVisit(fields: Partial<Visit> = {}): Visit & Record<string, unknown> {
  return {
    id: newId(),
    version: 1,
    created_at: "2026-11-20T08:00:00Z",
    updated_at: "2026-11-20T08:00:00Z",
    account_id: "0198c000-0000-7000-8000-0000000000a1",
    site_id: "0198c000-0000-7000-8000-0000000000b1",
    rep_id: ME,
    kind: "in_person",
    status: "planned",
    unplanned: false,
    planned_start_at: "2026-11-22T08:00:00Z",
    duration_min: 30,
    purpose: null,
    notes: null,
    outcome: null,
    next_step: null,
    follow_up_on: null,
    confirmed_at: null,
    checked_in_at: null,
    checked_in_position: null,
    distance_m: null,
    far_away: false,
    completed_at: null,
    canceled_at: null,
    cancel_reason: null,
    call_plan_id: null,
    call_period_on: null,
    generated: false,
    ...fields,
  };
}
