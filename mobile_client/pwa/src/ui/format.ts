/** Numbers, money and times as the person reads them. `locale` is a BCP 47 tag, `timeZone` an IANA name. */

/** The locale for a language in the organisation's country, such as `de-LI`; English in Liechtenstein is written as in Switzerland. */
export function localeFor(language: string, country: string): string {
  const region = language.startsWith("en") && country === "LI" ? "CH" : country;
  return `${language.slice(0, 2)}-${region}`;
}

/** `amountMinor` is in the currency's smallest unit: 1250 with CHF is CHF 12.50. */
export function formatMoney(amountMinor: number, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** The decimals of a currency: 2 of CHF, 0 of JPY. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Metres below one kilometre, then kilometres with one decimal. */
export function formatDistance(metres: number, locale: string): string {
  const [value, unit] = metres < 1000 ? [Math.round(metres / 10) * 10, "meter"] : [metres / 1000, "kilometer"];
  const maximumFractionDigits = unit === "meter" || value >= 10 ? 0 : 1;
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits }).format(value);
}

/** Whole megabytes, rounded up; from one gigabyte on gigabytes with one decimal. */
export function formatBytes(bytes: number, locale: string): string {
  const megabytes = Math.ceil(bytes / 1e6);
  const [value, unit] = megabytes < 1000 ? [megabytes, "megabyte"] : [bytes / 1e9, "gigabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** `2026-11-22`: the date of an instant where the organisation is. */
export function dateOn(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    instant,
  );
}

/** `08:15`: the time of day of an instant where the organisation is. */
export function timeOf(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(instant);
}

/** Tells a date such as `2026-11-22`, which is the same everywhere, from an instant. */
export function isDate(text: string): boolean {
  return text.length === "2026-11-22".length;
}

/** `1 – 4 Dec 2026`: from a date to another one, both included; one date alone where they are the same. */
export function formatDays(from: string, to: string, locale: string): string {
  const options = { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" } as const;
  return new Intl.DateTimeFormat(locale, options).formatRange(new Date(from), new Date(to));
}

/** The instant at which clocks in `timeZone` show `date` (`2026-11-22`) and `time` (`08:15`). */
export function instantAt(date: string, time: string, timeZone: string): Date {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  let instant = wanted;
  // The offset depends on the instant that is looked for, so it is corrected once more beside a change of the clocks.
  for (let round = 0; round < 2; round++) {
    const at = new Date(instant);
    const shown = Date.parse(`${dateOn(at, timeZone)}T${timeOf(at, timeZone)}:00Z`);
    instant += wanted - shown;
  }
  return new Date(instant);
}

/** The date `days` later; negative is earlier. */
export function addDays(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** The bounds of a day as the prefixes of UTC times: `from` ≤ time < `to`, whatever fractions of a second the times have. */
export function dayBounds(date: string, timeZone: string): { from: string; to: string } {
  const bound = (day: string) => instantAt(day, "00:00", timeZone).toISOString().slice(0, 19);
  return { from: bound(date), to: bound(addDays(date, 1)) };
}
