import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, DateOn, Id, Visit } from "../../db/types.ts";
import { dayBounds } from "../../ui/format.ts";

export interface FellOut {
  visit: Visit;
  account: Account | null;
}

/** The last visit of a day that was canceled or missed, if any; `but` is the reason that does not count. */
export async function readFellOut(
  db: Database,
  { userId, date, timeZone, but }: { userId: Id; date: DateOn; timeZone: string; but: string },
): Promise<FellOut | null> {
  const between = { field: "planned_start_at" as const, ...dayBounds(date, timeZone) };
  const visits = await listDocuments(db, "visit", { rep_id: userId, status: ["canceled", "missed"], between });
  const last = visits
    .filter(({ cancel_reason }) => cancel_reason !== but)
    .sort((one, other) => one.updated_at.localeCompare(other.updated_at))
    .at(-1);
  return last ? { visit: last, account: await getDocument(db, "account", last.account_id) } : null;
}
