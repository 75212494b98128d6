import { describe, expect, it } from "vitest";
import { clockTime, firstFreeStart, minuteAt, minutesOn, overlap, sideBySide, snap } from "./timeline.ts";

const at = (from: string, to: string) => ({ start: minuteAt(from), end: minuteAt(to) });

describe("the clock of a day", () => {
  it("reads instants where the organisation is", () => {
    const minutes = minutesOn("2026-11-22", "Europe/Vaduz");
    expect(clockTime(minutes("2026-11-22T07:15:00Z"))).toBe("08:15");
    expect(minutes("2026-11-21T22:30:00.000Z")).toBe(-30);
    expect(minutes("2026-11-22T23:30:00Z")).toBe(1470);
  });

  it("shows what clocks show after they changed in the night", () => {
    expect(clockTime(minutesOn("2026-10-25", "Europe/Vaduz")("2026-10-25T07:00:00Z"))).toBe("08:00");
    expect(clockTime(minutesOn("2026-03-29", "Europe/Vaduz")("2026-03-29T06:00:00Z"))).toBe("08:00");
  });
});

describe("snapping", () => {
  it("takes the nearest quarter of an hour", () => {
    expect(clockTime(snap(minuteAt("08:07")))).toBe("08:00");
    expect(clockTime(snap(minuteAt("08:08")))).toBe("08:15");
  });

  it("stays within the day", () => {
    expect(clockTime(snap(-40))).toBe("00:00");
    expect(clockTime(snap(1500))).toBe("23:45");
  });
});

describe("overlap", () => {
  it("is not between slots that only touch", () => {
    expect(overlap(at("08:00", "09:00"), at("09:00", "10:00"))).toBe(false);
  });

  it("is between a slot and one within it", () => {
    expect(overlap(at("08:00", "12:00"), at("09:00", "10:00"))).toBe(true);
  });
});

describe("the first free start", () => {
  const busy = [at("10:00", "11:00"), at("08:00", "09:20")];

  it("is at once for somebody who has nothing to do", () => {
    expect(firstFreeStart([], 60, minuteAt("08:00"))).toBe(minuteAt("08:00"));
  });

  it("is the next quarter of an hour", () => {
    expect(firstFreeStart([], 60, minuteAt("08:01"))).toBe(minuteAt("08:15"));
  });

  it("is in the first gap that is long enough", () => {
    expect(firstFreeStart(busy, 30, minuteAt("08:00"))).toBe(minuteAt("09:30"));
    expect(firstFreeStart(busy, 45, minuteAt("08:00"))).toBe(minuteAt("11:00"));
  });

  it("passes over a short slot within a longer one", () => {
    expect(firstFreeStart([at("08:00", "12:00"), at("09:00", "09:30")], 30, minuteAt("08:00"))).toBe(minuteAt("12:00"));
  });

  it("is not after midnight", () => {
    expect(firstFreeStart([], 60, minuteAt("23:15"))).toBeNull();
  });
});

describe("overlapping slots", () => {
  it("stand side by side, and what is alone has the whole width", () => {
    const [early, late, other, alone] = [
      at("08:00", "10:00"),
      at("08:30", "09:00"),
      at("09:00", "11:00"),
      at("11:00", "12:00"),
    ];
    expect(sideBySide([alone, late, early, other])).toEqual([
      { slot: early, lane: 0, lanes: 2 },
      { slot: late, lane: 1, lanes: 2 },
      { slot: other, lane: 1, lanes: 2 },
      { slot: alone, lane: 0, lanes: 1 },
    ]);
  });
});
