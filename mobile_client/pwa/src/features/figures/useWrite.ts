import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../ui/index.ts";
import type { Change, Days, Per, Unit } from "./figures.ts";

export interface Write {
  /** A figure in its unit; a dash where there is none. */
  figure: (unit: Unit, value: number | null) => string;
  /** `+3.2 points`, `−12 %` */
  change: (change: Change) => string;
  /** `Mon, 16 Nov – Sun, 22 Nov` */
  days: (days: Days) => string;
  /** A row's period: its day, its week's Monday, its month. */
  period: (per: Per, from: string) => string;
  /** The same, short enough for below a column. */
  tick: (per: Per, from: string) => string;
}

/** How figures and their periods are written. `currency` is that of the figures. */
export function useWrite(currency: string | undefined): Write {
  const { t } = useTranslation("figures");
  const { locale, money, day } = useFormat();
  return useMemo(() => {
    const number = (options: Intl.NumberFormatOptions) => {
      const format = new Intl.NumberFormat(locale, options);
      return (value: number) => format.format(value);
    };
    const percent = number({ style: "percent", maximumFractionDigits: 1 });
    const decimal = number({ maximumFractionDigits: 1 });
    const km = number({ style: "unit", unit: "kilometer", maximumFractionDigits: 1 });
    const signed = number({ maximumFractionDigits: 1, signDisplay: "exceptZero" });
    const signedPercent = number({ style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
    const date = (options: Intl.DateTimeFormatOptions) => {
      const format = new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
      return (value: string) => format.format(new Date(value));
    };
    const month = date({ month: "long", year: "numeric" });
    const shortMonth = date({ month: "short" });
    const shortDay = date({ day: "numeric", month: "numeric" });
    return {
      figure: (unit, value) => {
        if (value === null) return "–";
        if (unit === "percent") return percent(value);
        if (unit === "money") return money(value, currency);
        if (unit === "km") return km(value);
        if (unit === "minutes") return t("hours", { hours: Math.floor(value / 60), minutes: value % 60 });
        return decimal(value);
      },
      change: ({ by, inPoints }) => (inPoints ? t("points", { points: signed(by * 100) }) : signedPercent(by)),
      days: ({ from, to }) => (from === to ? day(from) : `${day(from)} – ${day(to)}`),
      period: (per, from) =>
        per === "total"
          ? t("whole")
          : per === "month"
            ? month(from)
            : per === "week"
              ? t("weekOf", { day: day(from) })
              : day(from),
      tick: (per, from) => (per === "month" ? shortMonth(from) : shortDay(from)),
    };
  }, [t, locale, money, day, currency]);
}
