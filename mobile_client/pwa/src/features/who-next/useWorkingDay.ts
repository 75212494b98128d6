import { useSession } from "../../db/hooks.ts";
import type { Position } from "../../db/types.ts";
import type { WorkingDay } from "../../rules/gaps.ts";
import { useFormat } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { type Next, readNext, readWorkingDay } from "./nextVisits.ts";

/** Whom to visit next; `undefined` while it is reckoned. */
export function useNext(position: Position | null): Next[] | undefined {
  const userId = useSession()?.user.id ?? "";
  const { timeZone } = useFormat();
  return useLocal(`next/${userId}/${placeKey(position)}`, (db) =>
    readNext(db, { userId, now: new Date().toISOString(), timeZone, position }),
  );
}

/** What there is to do on a day, from now on; nothing while it is read. */
export function useWorkingDay(date: string, position: Position | null): WorkingDay | null {
  const session = useSession();
  const { timeZone } = useFormat();
  const [userId, organisationId] = [session?.user.id ?? "", session?.organisation.id ?? ""];
  const day = useLocal(`working-day/${userId}/${date}/${placeKey(position)}`, (db) =>
    readWorkingDay(db, { userId, organisationId, date, now: new Date().toISOString(), timeZone, position }),
  );
  return day ?? null;
}

/** Ten metres more or less change nothing. */
function placeKey(position: Position | null): string {
  return position ? `${position.lat.toFixed(4)},${position.lng.toFixed(4)}` : "";
}
