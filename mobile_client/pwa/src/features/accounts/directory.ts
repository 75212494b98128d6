import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import type { Account, Id, Site } from "../../db/types.ts";
import { groupBy } from "../../rules/groups.ts";
import { formatAddress } from "../shared/place.ts";

export interface DirectoryEntry {
  account: Account;
  /** In the order of their names. */
  sites: Site[];
  /** Everything one may search by, folded. */
  haystack: string;
  /** The folded address of each site, to show the one that was searched for. */
  places: string[];
}

/** Lower case without accents, so that `staedtle` is not needed to find `Städtle` but `stadtle` does. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();
}

/** All accounts on this phone in the order of their names, ready to be searched. */
export async function readDirectory(db: Database): Promise<DirectoryEntry[]> {
  const [accounts, sites, contacts] = await Promise.all([
    listDocuments(db, "account", {}),
    listDocuments(db, "site", {}),
    listDocuments(db, "contact", {}),
  ]);
  const sitesOf = groupBy(sites, accountOf);
  const contactsOf = groupBy(contacts, accountOf);
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return accounts
    .sort((a, b) => compare(a.name, b.name))
    .map((account) => {
      const own = (sitesOf.get(account.id) ?? []).sort((a, b) => compare(a.name, b.name));
      const places = own.map((site) => fold(`${site.name} ${formatAddress(site.address)}`));
      const people = (contactsOf.get(account.id) ?? []).map((contact) => `${contact.name} ${contact.phone ?? ""}`);
      const haystack = [
        fold([account.name, account.number, account.phone, account.external_id, ...people].filter(Boolean).join(" ")),
        ...places,
      ].join("\n");
      return { account, sites: own, haystack, places };
    });
}

const accountOf = ({ account_id }: { account_id: Id }) => account_id;

/** The entries that contain every word of the query somewhere. */
export function searchDirectory(entries: readonly DirectoryEntry[], query: string): readonly DirectoryEntry[] {
  const words = wordsOf(query);
  if (words.length === 0) return entries;
  return entries.filter(({ haystack }) => words.every((word) => haystack.includes(word)));
}

/** Whether a customer one does business with has a site that no map shows: it stays out of every route. */
export function isPlaceless({ account, sites }: DirectoryEntry): boolean {
  return account.status === "active" && sites.some(({ position }) => !position);
}

/** The site that the query means, or else the first one; of the `placeless` the first without a position. */
export function shownSite({ sites, places }: DirectoryEntry, query: string, placeless = false): Site | undefined {
  if (placeless) return sites.find(({ position }) => !position);
  const words = wordsOf(query);
  const found = words.length === 0 ? -1 : places.findIndex((place) => words.some((word) => place.includes(word)));
  return sites[Math.max(0, found)];
}

function wordsOf(query: string): string[] {
  return fold(query).split(/\s+/).filter(Boolean);
}
