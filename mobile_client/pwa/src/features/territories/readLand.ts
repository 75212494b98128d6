import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import type { DateOn, Id } from "../../db/types.ts";
import { type Land, layOut } from "./territories.ts";

/** All that the screens of territories show. */
export async function readLand(db: Database, today: DateOn): Promise<Land> {
  const [territories, users, accounts, sites, plans] = await Promise.all([
    listDocuments(db, "territory", {}),
    listDocuments(db, "user", {}),
    listDocuments(db, "account", {}),
    listDocuments(db, "site", {}),
    listDocuments(db, "territory_plan", {}),
  ]);
  return layOut({ territories, users, accounts, sites, plans }, today);
}

/** The visits of a rep that nobody has begun, from an instant (UTC) on. */
export async function readOpenVisits(db: Database, repId: Id, from: string) {
  const visits = await listDocuments(db, "visit", { rep_id: repId, status: ["planned", "confirmed"] });
  return visits.filter(({ planned_start_at }) => planned_start_at >= from);
}
