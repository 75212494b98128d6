const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The number of a date such as `2026-11-22`: days since 1970. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** The date of a day that is numbered so. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Tells the day, in days since 1970 by the clocks of a zone, on which an instant lies. Made for very many instants. */
export function dayReader(timeZone: string): (instant: string) => number {
  // Clocks are changed on the hour, so that one look at the zone's rules serves a whole hour.
  const offsets = new Map<string, number>();
  const clock = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (instant) => {
    const ms = Date.parse(instant);
    const hour = instant.slice(0, 13);
    let offset = offsets.get(hour);
    if (offset === undefined) {
      const minute = Math.floor(ms / MINUTE_MS) * MINUTE_MS;
      offset = Date.parse(`${clock.format(minute).replace(", ", "T")}:00Z`) - minute;
      offsets.set(hour, offset);
    }
    return Math.floor((ms + offset) / DAY_MS);
  };
}
