import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** "5 minutes ago" in the given language; less than a minute is "now". */
export function formatAgo(seconds: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  for (const [unit, length] of UNITS) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return format.format(0, "second");
}

/** How long ago `time` was, kept up to date, or null without a time. */
export function useAgo(time: Date | null): string | null {
  const { i18n } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (time === null) return null;
  return formatAgo(Math.max(0, (Math.max(now, time.getTime()) - time.getTime()) / 1000), i18n.language);
}
