import { useSession } from "../../db/hooks.ts";
import type { Position } from "../../db/types.ts";
import type { WorkingDay } from "../../rules/gaps.ts";
import { useHolidays } from "../../sync/useHolidays.ts";
import { useFormat } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { readWorkingDay } from "./nextVisits.ts";

/** What there is to do on a day, from now on; nothing while it is read. */
export function useWorkingDay(date: string, position: Position | null): WorkingDay | null {
  const session = useSession();
  const { timeZone, today } = useFormat();
  // They are asked for here, and read with the day.
  useHolidays(today());
  const [userId, organisationId] = [session?.user.id ?? "", session?.organisation.id ?? ""];
  const day = useLocal(`working-day/${userId}/${date}/${placeKey(position)}`, (db) =>
    readWorkingDay(db, { userId, organisationId, date, now: new Date().toISOString(), timeZone, position }),
  );
  return day ?? null;
}

/** Ten metres more or less change nothing. */
export function placeKey(position: Position | null): string {
  return position ? `${position.lat.toFixed(4)},${position.lng.toFixed(4)}` : "";
}
