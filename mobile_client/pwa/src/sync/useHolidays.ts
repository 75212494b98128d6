import { useLiveQuery } from "dexie-react-hooks";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "../api/schema.d.ts";
import { getMeta, setMeta } from "../db/meta.ts";
import type { DateOn } from "../db/types.ts";
import { getDatabase } from "../session/session.ts";
import { useOnlineAnswer } from "./useOnlineAnswer.ts";

export type Holidays = components["schemas"]["Holidays"];

/**
 * The organisation's public holidays of last year, this year and the next: asked for once a day and kept, so that they
 * are there without signal; null where that was never possible, `undefined` while they are read.
 */
export function useHolidays(today: DateOn): Holidays | null | undefined {
  const { language } = useTranslation().i18n;
  const kept = useLiveQuery(async () => (await getMeta(getDatabase(), "holidays")) ?? null);
  const isOld = kept !== undefined && (kept?.on !== today || kept.language !== language);
  const year = Number(today.slice(0, 4));
  const path = `/holidays?from=${year - 1}-01-01&to=${year + 1}-12-31&language=${language}`;
  const { answer, failed } = useOnlineAnswer<Holidays>(isOld ? path : null);
  useEffect(() => {
    if (answer) void setMeta(getDatabase(), "holidays", { ...answer, on: today, language });
  }, [answer, today, language]);
  return kept === null && !failed ? undefined : kept;
}

/** Has the holidays asked for anew, after others were chosen. */
export function forgetHolidays(): Promise<void> {
  return setMeta(getDatabase(), "holidays", undefined);
}
