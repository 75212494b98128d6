import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import type { DateOn, Id } from "../../db/types.ts";
import { useHolidays } from "../../sync/useHolidays.ts";
import { useFormat } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { dayOff } from "./workingTime.ts";

/** Says of a day why somebody does not work on it, such as `Christmas Day` or `Absent`; null of any other day. */
export function useDayOff(userId: Id): (day: DateOn) => string | null {
  const { t } = useTranslation("working-time");
  const holidays = useHolidays(useFormat().today());
  const absences = useLocal(`absences/${userId}`, (db) => listDocuments(db, "absence", { user_id: userId }));
  return (day) => {
    const { holiday, absent } = dayOff(day, holidays, absences ?? []);
    return [holiday, absent && t("absent")].filter(Boolean).join(" · ") || null;
  };
}
