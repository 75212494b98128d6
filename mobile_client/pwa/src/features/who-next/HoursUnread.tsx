import { useTranslation } from "react-i18next";
import type { Site } from "../../db/types.ts";
import { openSpans } from "../../rules/openingHours.ts";
import { useFormat } from "../../ui/index.ts";

/** Opening hours that this phone cannot read: the person has to. */
export function HoursUnread({ site }: { site: Site | null }) {
  const { t } = useTranslation("who-next");
  const { today } = useFormat();
  const hours = site?.opening_hours ?? null;
  return openSpans(hours, today()) ? null : <span className="row-line">{t("hoursUnread", { hours })}</span>;
}
