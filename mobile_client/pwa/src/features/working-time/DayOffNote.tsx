import { useTranslation } from "react-i18next";
import type { DateOn, Id } from "../../db/types.ts";
import { Banner } from "../../ui/index.ts";
import { useDayOff } from "./useDayOff.ts";

/** Says of a day that the person does not work on it, and why; nothing of any other day. */
export default function DayOffNote({ day, userId }: { day: DateOn; userId: Id }) {
  const { t } = useTranslation("working-time");
  const why = useDayOff(userId)(day);
  return why && <Banner tone="info" title={t("dayOff", { why })} />;
}
