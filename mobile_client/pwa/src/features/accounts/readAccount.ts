import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, Appointment, Asset, Contact, Id, Site, Territory } from "../../db/types.ts";
import { buildHistory, type HistoryItem } from "./history.ts";

export interface AccountView {
  account: Account;
  territory: Territory | null;
  sites: Site[];
  contacts: Contact[];
  assets: Asset[];
  history: HistoryItem[];
  /** Of this account's work orders, to link a job that is the person's own. */
  appointments: Appointment[];
}

export async function readAccount(db: Database, id: Id): Promise<AccountView | null> {
  const account = await getDocument(db, "account", id);
  if (!account) return null;
  const of = { account_id: id };
  const [territory, sites, contacts, assets, visits, orders, workOrders, appointments] = await Promise.all([
    getDocument(db, "territory", account.territory_id),
    listDocuments(db, "site", of),
    listDocuments(db, "contact", of),
    listDocuments(db, "asset", of),
    listDocuments(db, "visit", of),
    listDocuments(db, "order", of),
    listDocuments(db, "work_order", of),
    listDocuments(db, "appointment", of),
  ]);
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  return {
    account,
    territory,
    sites: sites.sort(byName),
    contacts: contacts.sort(byName),
    assets: assets.filter(({ status }) => status === "active").sort(byName),
    history: buildHistory(visits, orders, workOrders),
    appointments,
  };
}
