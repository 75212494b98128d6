import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CallPlan, Weekday } from "../../db/types.ts";
import { WEEKDAYS } from "../../rules/weekdays.ts";
import { type Format, useFormat } from "../../ui/index.ts";

export interface PlanWords {
  /** `Class A`, `Own figures from CHF 5,000`, or the account's name. */
  whom: (plan: Target, accountName?: string) => string;
  /** `every 2 weeks`, `3 a month` */
  often: (plan: Pick<CallPlan, "every_weeks" | "per_month">) => string;
  /** `Tue, Thu · 9:00–11:30`, or nothing. */
  when: (plan: Pick<CallPlan, "weekdays" | "time_from" | "time_to">) => string;
}

type Target = Pick<CallPlan, "account_id" | "account_class" | "sales_from_minor" | "sales_below_minor">;

// A Monday.
const MONDAY = Date.UTC(2024, 0, 1);

export function weekdayName(day: Weekday, locale: string, weekday: "short" | "long" = "short"): string {
  const date = new Date(MONDAY + WEEKDAYS.indexOf(day) * 86_400_000);
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" }).format(date);
}

export function usePlanWords(): PlanWords {
  const { t } = useTranslation("call-plans");
  const format = useFormat();
  return useMemo(() => {
    const money = (minor: number) => wholeMoney(minor, format);
    return {
      whom: ({ account_id, account_class, sales_from_minor: from, sales_below_minor: below }, accountName) => {
        if (account_class) return t("classIs", { class: account_class });
        if (account_id) return accountName ?? t("oneCustomer");
        if (from !== null && below !== null) return t("salesBetween", { from: money(from), below: money(below) });
        return from !== null ? t("salesFrom", { from: money(from) }) : t("salesBelow", { below: money(below ?? 0) });
      },
      often: ({ every_weeks, per_month }) =>
        every_weeks ? t("everyWeeks", { count: every_weeks }) : t("perMonth", { count: per_month ?? 1 }),
      when: ({ weekdays, time_from, time_to }) => {
        const days = weekdays.map((day) => weekdayName(day, format.locale)).join(", ");
        const times =
          time_from && time_to
            ? `${time_from}–${time_to}`
            : time_from
              ? t("fromTime", { time: time_from })
              : time_to && t("untilTime", { time: time_to });
        return [days, times].filter(Boolean).join(" · ");
      },
    };
  }, [t, format]);
}

/** Sales are told in round sums: without the decimals that are nought. */
function wholeMoney(minor: number, format: Format): string {
  return format.money(minor).replace(/[.,]00(?=\D*$)/, "");
}
