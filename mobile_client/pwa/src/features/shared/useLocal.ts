import { useLiveQuery } from "dexie-react-hooks";
import type { Database } from "../../db/database.ts";
import { useSession } from "../../db/hooks.ts";
import { getDatabase } from "../../session/session.ts";

const KEPT = 60;
const lastResults = new Map<string, unknown>();

/**
 * The result of `query` over the local database, live; `undefined` while it is read for the first time. `key` says what is asked.
 * The last result of each key is kept, so that a screen one returns to is there at once and does not jump.
 */
export function useLocal<Result>(key: string, query: (db: Database) => Promise<Result>): Result | undefined {
  const place = `${useSession()?.databaseName}/${key}`;
  return useLiveQuery(
    async () => {
      const result = await query(getDatabase());
      lastResults.delete(place);
      lastResults.set(place, result);
      for (const oldest of lastResults.keys()) {
        if (lastResults.size <= KEPT) break;
        lastResults.delete(oldest);
      }
      return result;
    },
    [place],
    lastResults.get(place) as Result | undefined,
  );
}
