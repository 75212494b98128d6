import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, Appointment, Asset, Contact, DateOn, Id, Site, Territory, User } from "../../db/types.ts";
import { type Owner, ownerOn, ownersFrom } from "../../rules/ownership.ts";
import { buildHistory, type HistoryItem } from "./history.ts";

export interface AccountView {
  account: Account;
  territory: Territory | null;
  /** Who owns it today and later, with their names. */
  owners: { owner: Owner; name: string }[];
  sites: Site[];
  contacts: Contact[];
  assets: Asset[];
  history: HistoryItem[];
  /** Of this account's work orders, to link a job that is the person's own. */
  appointments: Appointment[];
}

export async function readAccount(db: Database, id: Id, today: DateOn): Promise<AccountView | null> {
  const account = await getDocument(db, "account", id);
  if (!account) return null;
  const of = { account_id: id };
  const [territories, users, sites, contacts, assets, visits, orders, workOrders, appointments] = await Promise.all([
    listDocuments(db, "territory", {}),
    listDocuments(db, "user", {}),
    listDocuments(db, "site", of),
    listDocuments(db, "contact", of),
    listDocuments(db, "asset", of),
    listDocuments(db, "visit", of),
    listDocuments(db, "order", of),
    listDocuments(db, "work_order", of),
    listDocuments(db, "appointment", of),
  ]);
  const byId = new Map(territories.map((each) => [each.id, each]));
  const territory = byId.get(account.territory_id) ?? null;
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  return {
    account,
    territory,
    owners: territory ? ownersOf(territory, byId, users, today) : [],
    sites: sites.sort(byName),
    contacts: contacts.sort(byName),
    assets: assets.filter(({ status }) => status === "active").sort(byName),
    history: buildHistory(visits, orders, workOrders),
    appointments,
  };
}

function ownersOf(
  territory: Territory,
  byId: ReadonlyMap<Id, Territory>,
  users: readonly User[],
  today: DateOn,
): AccountView["owners"] {
  const names = new Map(users.filter(({ active }) => active).map(({ id, name }) => [id, name]));
  const people = { byId, isActive: (id: Id) => names.has(id) };
  const now = ownerOn(territory, people, today);
  const later = ownersFrom(territory, people, today).filter(({ startsOn }) => startsOn > today);
  return [...(now ? [now] : []), ...later].map((owner) => ({ owner, name: names.get(owner.userId) ?? "" }));
}
