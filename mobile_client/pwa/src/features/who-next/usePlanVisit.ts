import { useTranslation } from "react-i18next";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { instantAt } from "../../ui/format.ts";
import { showToast, useFormat } from "../../ui/index.ts";
import { clockAt, durationOf, type Next } from "./nextVisits.ts";

/** Plans a visit at a minute of a day, and offers to take it back. */
export function usePlanVisit(): (next: Next, date: string, minute: number) => Promise<void> {
  const { t } = useTranslation("who-next");
  const format = useFormat();
  const plan = useCommand("visit.plan");
  const cancel = useCommand("visit.cancel");
  return async (next, date, minute) => {
    if (!next.site) return;
    const id = newId();
    const time = clockAt(minute);
    await plan({
      id,
      account_id: next.account.id,
      site_id: next.site.id,
      planned_start_at: instantAt(date, time, format.timeZone).toISOString(),
      duration_min: durationOf(next),
      purpose: next.plan?.purpose ?? null,
    });
    const said = { name: next.account.name, day: format.day(date), time };
    showToast(t("planned", said), () => void cancel({ visit_id: id, reason: t("takenBack") }));
  };
}
