import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, Contact, Id, Order, Site, Visit } from "../../db/types.ts";

export interface VisitView {
  visit: Visit;
  account: Account | null;
  site: Site | null;
  contacts: Contact[];
  /** Taken at this visit. */
  orders: Order[];
  /** The last visit to this account before this one that took place. */
  previous: Visit | null;
}

export async function readVisit(db: Database, id: Id): Promise<VisitView | null> {
  const visit = await getDocument(db, "visit", id);
  if (!visit) return null;
  const [account, site, contacts, orders, visits] = await Promise.all([
    getDocument(db, "account", visit.account_id),
    getDocument(db, "site", visit.site_id),
    listDocuments(db, "contact", { account_id: visit.account_id }),
    listDocuments(db, "order", { visit_id: id }),
    listDocuments(db, "visit", { account_id: visit.account_id, status: "completed" }),
  ]);
  const earlier = visits.filter((other) => other.id !== id && other.planned_start_at < visit.planned_start_at);
  earlier.sort((a, b) => b.planned_start_at.localeCompare(a.planned_start_at));
  return { visit, account, site, contacts, orders, previous: earlier[0] ?? null };
}
