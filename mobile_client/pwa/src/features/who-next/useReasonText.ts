import { useTranslation } from "react-i18next";
import type { Reason } from "../../rules/whoNext.ts";
import { useFormat } from "../../ui/index.ts";

const WEEK = 7;

/** A reason to visit somebody, in words: `3 weeks over “every 2 weeks”`. */
export function useReasonText(): (reason: Reason) => string {
  const { t } = useTranslation("who-next");
  const format = useFormat();
  const inWeeks = (days: number) => days % WEEK === 0 || days >= 4 * WEEK;
  const span = (days: number) =>
    inWeeks(days) ? t("weeks", { count: Math.round(days / WEEK) }) : t("days", { count: days });
  const every = (days: number) =>
    days % WEEK === 0 ? t("everyWeeks", { count: days / WEEK }) : t("everyDays", { count: days });
  return (reason) => {
    switch (reason.kind) {
      case "near":
        return t("near", { distance: format.distance(reason.metres) });
      case "open_quote": {
        const amount = format.money(reason.amount_minor, reason.currency);
        return t("openQuote", { amount, count: reason.days_left });
      }
      case "expiring_agreement":
        return t("expiringAgreement", { count: reason.days_left });
      default:
        return t(reason.kind, { over: span(reason.days), every: every(reason.every_days) });
    }
  };
}
