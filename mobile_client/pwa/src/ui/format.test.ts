import { describe, expect, it } from "vitest";
import {
  addDays,
  dateOn,
  dayBounds,
  formatBytes,
  formatDays,
  formatDistance,
  formatMoney,
  instantAt,
  isDate,
  localeFor,
} from "./format.ts";

const VADUZ = "Europe/Vaduz";

describe("localeFor", () => {
  it("takes the organisation's country", () => {
    expect(localeFor("de", "LI")).toBe("de-LI");
    expect(localeFor("de-AT", "CH")).toBe("de-CH");
  });

  it("writes English in Liechtenstein as in Switzerland", () => {
    expect(localeFor("en", "LI")).toBe("en-CH");
  });
});

describe("formatMoney", () => {
  it("knows how many digits the currency has", () => {
    expect(formatMoney(123456, "CHF", "en-GB").replace(/\s/g, " ")).toBe("CHF 1,234.56");
    expect(formatMoney(1250, "JPY", "en-GB")).toBe("JP¥1,250");
  });
});

describe("formatDistance", () => {
  it("rounds to ten metres, and to kilometres from one on", () => {
    expect(formatDistance(184, "en-GB")).toBe("180 m");
    expect(formatDistance(2349, "en-GB")).toBe("2.3 km");
    expect(formatDistance(23490, "en-GB")).toBe("23 km");
  });
});

describe("formatBytes", () => {
  it("is in whole megabytes, then in gigabytes, as the language writes them", () => {
    expect(formatBytes(0, "en-GB")).toBe("0 MB");
    expect(formatBytes(6_100_000, "en-GB")).toBe("7 MB");
    expect(formatBytes(999_000_000, "en-GB")).toBe("999 MB");
    expect(formatBytes(999_000_001, "en-GB")).toBe("1 GB");
    expect(formatBytes(10_743_900_000, "en-GB")).toBe("10.7 GB");
    expect(formatBytes(10_743_900_000, "de-DE")).toBe("10,7\u00A0GB");
  });
});

describe("dates in the organisation's time zone", () => {
  it("puts a late evening in UTC on the next day", () => {
    expect(dateOn(new Date("2026-11-21T23:30:00Z"), VADUZ)).toBe("2026-11-22");
  });

  it("finds the instant of a wall clock in winter and in summer", () => {
    expect(instantAt("2026-11-22", "08:15", VADUZ).toISOString()).toBe("2026-11-22T07:15:00.000Z");
    expect(instantAt("2026-07-01", "08:15", VADUZ).toISOString()).toBe("2026-07-01T06:15:00.000Z");
  });

  it("finds it on the morning after the clocks changed", () => {
    expect(instantAt("2026-10-25", "03:30", VADUZ).toISOString()).toBe("2026-10-25T02:30:00.000Z");
    expect(instantAt("2026-03-29", "03:30", VADUZ).toISOString()).toBe("2026-03-29T01:30:00.000Z");
  });

  it("bounds a day of 25 hours", () => {
    expect(dayBounds("2026-10-25", VADUZ)).toEqual({ from: "2026-10-24T22:00:00", to: "2026-10-25T23:00:00" });
  });

  it("steps over the end of a month", () => {
    expect(addDays("2026-11-30", 1)).toBe("2026-12-01");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  });
});

describe("formatDays", () => {
  it("says once what both days have in common", () => {
    expect(formatDays("2026-12-01", "2026-12-01", "en-GB")).toBe("1 Dec 2026");
    expect(formatDays("2026-12-01", "2026-12-04", "en-GB")).toMatch(/^1\s*–\s*4 Dec 2026$/);
    expect(formatDays("2026-12-24", "2027-01-02", "de-LI")).toMatch(/^24\. Dez\. 2026\s*–\s*2\. Jan\. 2027$/);
  });
});

it("a date is told from an instant", () => {
  expect(isDate("2026-11-22")).toBe(true);
  expect(isDate("2026-11-22T00:00:00Z")).toBe(false);
});
