import { useMemo } from "react";
import { getDocument } from "../../db/documents.ts";
import { useSession } from "../../db/hooks.ts";
import { usePositionIfAllowed } from "../shared/position.ts";
import { useLocal } from "../shared/useLocal.ts";
import type { AgendaItem } from "./agenda.ts";
import { type DayPlan, planDay } from "./dayPlan.ts";

/** The best order of what is open on a day; null while what it needs is read. */
export function useDayPlan(open: readonly AgendaItem[], isToday: boolean): DayPlan | null {
  const session = useSession();
  const position = usePositionIfAllowed();
  const known = useLocal(`travel/${session?.user.id}`, async (db) => {
    const [organisation, user] = await Promise.all([
      getDocument(db, "organisation", session?.organisation.id ?? ""),
      getDocument(db, "user", session?.user.id ?? ""),
    ]);
    return { organisation, home: user?.home ?? null };
  });
  return useMemo(() => {
    if (!known?.organisation) return null;
    const { organisation, home } = known;
    // On another day one sets out from home, in time for the first stop.
    const now = isToday ? new Date().toISOString() : new Date(0).toISOString();
    return planDay(open, { profile: organisation, from: isToday ? (position ?? home) : home, home, now });
  }, [known, open, isToday, position]);
}
