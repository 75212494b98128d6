import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import type { Account, DateOn, Id } from "../../db/types.ts";
import { ownerOf } from "../../rules/ownership.ts";

/** Who owns a customer on a day, of the people who still work here. */
export async function readOwnerId(db: Database, account: Account, day: DateOn): Promise<Id | null> {
  const [people, territories] = await Promise.all([
    listDocuments(db, "user", { active: true }),
    listDocuments(db, "territory", {}),
  ]);
  return ownerOf(account.territory_id, {
    territories: new Map(territories.map((each) => [each.id, each])),
    active: new Set(people.map(({ id }) => id)),
    day,
  });
}
