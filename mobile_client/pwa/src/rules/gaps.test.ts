import { describe, expect, test } from "vitest";
import { type Busy, type Call, fillGaps, gapsFor, type WorkingDay } from "./gaps.ts";
import type { Span } from "./openingHours.ts";

const VADUZ = { lat: 47.141, lng: 9.5209, accuracy_m: null };
const SCHAAN = { lat: 47.165, lng: 9.509, accuracy_m: null };
const RUGGELL = { lat: 47.239, lng: 9.525, accuracy_m: null };
const ALWAYS: Span[] = [[0, 1440]];
const at = (hour: number, minute = 0) => hour * 60 + minute;

function day(fields: Partial<WorkingDay> = {}): WorkingDay {
  const works: Span[] = [
    [at(8), at(12)],
    [at(13), at(17)],
  ];
  // One minute for each kilometre, and roads as the crow flies.
  const profile = { detour_factor: 1, speeds: [{ up_to_km: null, km_per_h: 60 }] };
  return { busy: [], works, leaves: 0, start: VADUZ, home: VADUZ, profile, ...fields };
}

function busy(from: number, to: number, place: Busy["place"] = VADUZ): Busy {
  return { from, to, place };
}

function call(fields: Partial<Call> = {}): Call {
  return { place: SCHAAN, durationMin: 30, open: ALWAYS, preferred: { isWeekday: true, times: [0, 1440] }, ...fields };
}

/** A call that is best between two hours. */
function between(from: number, to: number, fields: Partial<Call> = {}): Call {
  return call({ preferred: { isWeekday: true, times: [at(from), at(to)] }, ...fields });
}

describe("gaps of a day", () => {
  test("an empty day begins with work, and costs the way there and home", () => {
    const [gap, ...more] = gapsFor(day(), call());
    expect(more).toEqual([]);
    expect(gap?.begins).toBe(at(8));
    expect(gap?.detour.metres).toBeGreaterThan(5_400);
    expect(gap?.detour.metres).toBeLessThan(5_800);
  });

  test("between two visits there must be time for the way there and on", () => {
    // 3 km to Schaan and back are 6 minutes: of 40 minutes between the visits 30 are left, of 35 they are not.
    const fits = gapsFor(day({ busy: [busy(at(8), at(9)), busy(at(9, 40), at(12))] }), call());
    expect(fits.map(({ begins }) => begins)).toEqual([at(9, 5), at(13)]);
    const tight = gapsFor(day({ busy: [busy(at(8), at(9)), busy(at(9, 35), at(12))] }), call());
    expect(tight.map(({ begins }) => begins)).toEqual([at(13)]);
  });

  test("on the way is no detour", () => {
    const along = day({ busy: [busy(at(8), at(9)), busy(at(10), at(11), RUGGELL)] });
    const [between, after] = gapsFor(along, call());
    expect(between?.detour.seconds).toBeLessThan(60);
    expect(after?.detour.seconds).toBeLessThan(60);
  });

  test("who is out already sets out from there, not before now", () => {
    const [gap] = gapsFor(day({ leaves: at(14, 2), start: RUGGELL }), call());
    expect(gap?.begins).toBe(at(14, 15));
  });

  test("only while the customer is open and the person works", () => {
    const open: Span[] = [
      [at(11, 45), at(13, 10)],
      [at(16), at(20)],
    ];
    expect(gapsFor(day(), call({ open })).map(({ begins }) => begins)).toEqual([at(16)]);
    expect(gapsFor(day(), call({ open: [] }))).toEqual([]);
    expect(gapsFor(day({ works: [] }), call())).toEqual([]);
  });

  test("what overlaps leaves no gap in between", () => {
    const overlapping = [busy(at(8), at(11)), busy(at(9), at(9, 30)), busy(at(11, 20), at(17))];
    expect(gapsFor(day({ busy: overlapping }), call())).toEqual([]);
  });

  test("of whoever nobody knows where they are no way is reckoned", () => {
    expect(gapsFor(day(), call({ place: null }))).toEqual([
      { begins: at(8), detour: { metres: 0, seconds: 0 }, otherTimeS: 0 },
    ]);
  });

  test("in each gap the preferred time comes before the earliest, where there is one", () => {
    const found = gapsFor(day({ busy: [busy(at(10), at(11))] }), between(14, 16));
    expect(found.map(({ begins, otherTimeS }) => [begins, otherTimeS])).toEqual([
      [at(8), 300],
      [at(14), 0],
    ]);
  });

  test("a preferred time to which one comes too late is none", () => {
    const [gap] = gapsFor(day({ leaves: at(15, 40) }), between(14, 16));
    expect(gap).toMatchObject({ begins: at(15, 45), otherTimeS: 300 });
  });

  test("another weekday than the plan's is possible, at a price", () => {
    const preferred = { isWeekday: false, times: [0, 1440] as Span };
    expect(gapsFor(day(), call({ preferred }))).toMatchObject([{ begins: at(8), otherTimeS: 900 }]);
  });
});

describe("filling the gaps", () => {
  test("those who are worth the way are taken, and fit together", () => {
    const near = { id: "near", score: 0.5, call: call() };
    const late = { id: "late", score: 3, call: call({ place: RUGGELL }) };
    const afternoons = { id: "afternoons", score: 0.4, call: call({ open: [[at(14), at(18)]] }) };
    const offers = fillGaps(day(), [afternoons, near, late], 5);
    expect(offers.map(({ wanted, gap }) => [wanted.id, gap.begins])).toEqual([
      ["late", at(8)],
      ["near", at(8, 40)],
      ["afternoons", at(14)],
    ]);
  });

  test("somebody hardly due is not worth half an hour on the road", () => {
    const far = { id: "far", score: 0.1, call: call({ place: RUGGELL }) };
    expect(fillGaps(day(), [far], 5)).toEqual([]);
  });

  test("who prefers another time makes room for who does not, and comes when they prefer", () => {
    const afternoons = { id: "afternoons", score: 2, call: between(14, 16) };
    const early = { id: "early", score: 1, call: between(8, 9) };
    const offers = fillGaps(day(), [afternoons, early], 5);
    expect(offers.map(({ wanted, gap }) => [wanted.id, gap.begins])).toEqual([
      ["early", at(8)],
      ["afternoons", at(14)],
    ]);
  });

  test("somebody hardly due waits for the weekday that they prefer", () => {
    const onDay = (isWeekday: boolean) => ({ score: 0.3, call: call({ preferred: { isWeekday, times: [0, 1440] } }) });
    expect(fillGaps(day(), [onDay(true)], 5)).toHaveLength(1);
    expect(fillGaps(day(), [onDay(false)], 5)).toEqual([]);
  });

  test("no more than so many", () => {
    const candidates = Array.from({ length: 9 }, () => ({ score: 1, call: call() }));
    expect(fillGaps(day(), candidates, 3)).toHaveLength(3);
  });
});
