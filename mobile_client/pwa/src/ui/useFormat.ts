import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../db/hooks.ts";
import { dateOn, formatBytes, formatDays, formatDistance, formatMoney, isDate, localeFor, timeOf } from "./format.ts";

export interface Format {
  locale: string;
  timeZone: string;
  /** `currency` is the organisation's unless given. */
  money: (amountMinor: number, currency?: string) => string;
  /** `08:15` */
  time: (instant: string) => string;
  /** `22 Nov 2026`; takes an instant, or a date such as `2026-11-22`. */
  date: (instantOrDate: string) => string;
  /** `Sun, 22 Nov`; takes a date such as `2026-11-22`. */
  day: (date: string) => string;
  /** `Sun, 22 Nov, 08:15` */
  dateTime: (instant: string) => string;
  distance: (metres: number) => string;
  bytes: (count: number) => string;
  /** Today's date where the organisation is. */
  today: () => string;
}

/** How to write money, dates and times for the signed-in person's language and organisation. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const organisation = useSession()?.organisation;
  const language = i18n.language;
  return useMemo(() => {
    const locale = localeFor(language, organisation?.country ?? "CH");
    const timeZone = organisation?.time_zone ?? "UTC";
    const currency = organisation?.currency ?? "CHF";
    const write = (options: Intl.DateTimeFormatOptions) => {
      const format = new Intl.DateTimeFormat(locale, options);
      return (instant: string) => format.format(new Date(instant));
    };
    const dateOfInstant = write({ timeZone, day: "numeric", month: "short", year: "numeric" });
    return {
      locale,
      timeZone,
      money: (amountMinor, of = currency) => formatMoney(amountMinor, of, locale),
      time: (instant) => timeOf(new Date(instant), timeZone),
      date: (written) => (isDate(written) ? formatDays(written, written, locale) : dateOfInstant(written)),
      // A plain date is read as midnight UTC, so it is written in UTC too.
      day: write({ timeZone: "UTC", weekday: "short", day: "numeric", month: "short" }),
      dateTime: write({
        timeZone,
        weekday: "short",
        day: "numeric",
        month: "short",
        hour: "2-digit",
        minute: "2-digit",
      }),
      distance: (metres) => formatDistance(metres, locale),
      bytes: (count) => formatBytes(count, locale),
      today: () => dateOn(new Date(), timeZone),
    };
  }, [language, organisation]);
}
