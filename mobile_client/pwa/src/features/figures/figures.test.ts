import { afterEach, beforeEach, expect, test } from "vitest";
import { Database } from "../../db/database.ts";
import { drawingOf, ticksTo } from "./chart.ts";
import { type Choice, changeOf, daysOf, FIGURES, keyOf, pathOf, pressed, type Row, sorted } from "./figures.ts";
import { scopeOf } from "./scope.ts";
import { keep, recall, type Seen } from "./useFigures.ts";

const WEDNESDAY = "2026-11-25";

const WEEK: Choice = {
  span: "week",
  back: 0,
  own: { from: WEDNESDAY, to: WEDNESDAY },
  per: "day",
  by: "all",
  repIds: [],
  territoryIds: [],
};

function row(values: Partial<Row>): Row {
  return {
    period_on: "2026-11-23",
    rep_id: null,
    territory_id: null,
    name: null,
    planned: 0,
    on_their_day: 0,
    missed: 0,
    made: 0,
    with_order: 0,
    orders: 0,
    lines: 0,
    value_minor: 0,
    accounts_visited: 0,
    accounts_assigned: 0,
    on_site_min: 0,
    on_road_min: 0,
    km: 0,
    coverage: null,
    call_compliance: null,
    strike_rate: null,
    lines_per_call: null,
    drop_size_minor: null,
    ...values,
  };
}

function figure(key: (typeof FIGURES)[number]["key"]) {
  const found = FIGURES.find((one) => one.key === key);
  if (!found) throw new Error(key);
  return found;
}

test("a week that is under way is compared with as many days of the one before", () => {
  expect(daysOf(WEEK, WEDNESDAY)).toEqual({
    now: { from: "2026-11-23", to: "2026-11-25" },
    before: { from: "2026-11-16", to: "2026-11-18" },
  });
});

test("a month that is over is compared with the whole one before", () => {
  expect(daysOf({ ...WEEK, span: "month", back: 1 }, WEDNESDAY)).toEqual({
    now: { from: "2026-10-01", to: "2026-10-31" },
    before: { from: "2026-09-01", to: "2026-09-30" },
  });
});

test("the last day of March is compared with all of February", () => {
  expect(daysOf({ ...WEEK, span: "month" }, "2026-03-30").before).toEqual({ from: "2026-02-01", to: "2026-02-28" });
});

test("the first quarter is compared with the last one of the year before", () => {
  expect(daysOf({ ...WEEK, span: "quarter", back: 3 }, WEDNESDAY)).toEqual({
    now: { from: "2026-01-01", to: "2026-03-31" },
    before: { from: "2025-10-01", to: "2025-12-31" },
  });
});

test("own dates are compared with as many days before them", () => {
  const own = { from: "2026-11-10", to: "2026-11-19" };
  expect(daysOf({ ...WEEK, span: "own", own }, WEDNESDAY)).toEqual({
    now: own,
    before: { from: "2026-10-31", to: "2026-11-09" },
  });
});

test("the server is asked for the people and territories that were chosen", () => {
  const choice = { ...WEEK, repIds: ["r1", "r2"], territoryIds: ["t1"] };
  expect(pathOf(choice, daysOf(choice, WEDNESDAY).now, { per: "day", by: "rep" })).toBe(
    "/figures?from=2026-11-23&to=2026-11-25&per=day&by=rep&rep_id=r1&rep_id=r2&territory_id=t1",
  );
});

test("the same people in another order are the same choice, another week is another one", () => {
  expect(keyOf({ ...WEEK, repIds: ["a", "b"] })).toBe(keyOf({ ...WEEK, repIds: ["b", "a"] }));
  expect(keyOf({ ...WEEK, back: 1 })).not.toBe(keyOf(WEEK));
});

test("rates change by points, and more visits to customers are good news", () => {
  const change = changeOf(figure("coverage"), 0.75, 0.5);
  expect(change).toEqual({ by: 0.25, inPoints: true, news: "good" });
  expect(changeOf(figure("strike_rate"), 0.25, 0.5)?.news).toBe("bad");
});

test("kilometres change by a share, and are neither good nor bad news", () => {
  expect(changeOf(figure("km"), 150, 100)).toEqual({ by: 0.5, inPoints: false, news: "neutral" });
});

test("what would be written as nothing is nothing", () => {
  expect(changeOf(figure("made"), 1001, 1000)).toEqual({ by: 0, inPoints: false, news: "neutral" });
});

test("nothing is compared with nothing", () => {
  expect(changeOf(figure("coverage"), null, 0.5)).toBeNull();
  expect(changeOf(figure("drop_size_minor"), 100, null)).toBeNull();
  expect(changeOf(figure("km"), 12, 0)).toBeNull();
  expect(changeOf(figure("coverage"), 0.5, 0)).toEqual({ by: 0.5, inPoints: true, news: "good" });
});

test("rows are sorted by a figure, and those without it come last either way", () => {
  const rows = [
    row({ name: "A", coverage: 0.2 }),
    row({ name: "B", coverage: null }),
    row({ name: "C", coverage: 0.9 }),
  ];
  const names = (descending: boolean) => sorted(rows, { column: "coverage", descending }).map(({ name }) => name);
  expect(names(true)).toEqual(["C", "A", "B"]);
  expect(names(false)).toEqual(["A", "C", "B"]);
});

test("a figure's head sorts the largest first, then turns round", () => {
  const first = pressed({ column: "what", descending: false }, "made");
  expect(first).toEqual({ column: "made", descending: true });
  expect(pressed(first, "made")).toEqual({ column: "made", descending: false });
});

test("territories of one period are bars", () => {
  const rows = [
    row({ territory_id: "t1", name: "Schaan", made: 4 }),
    row({ territory_id: "t2", name: "Vaduz", made: 7 }),
  ];
  expect(drawingOf(rows, "made")).toEqual({
    kind: "bars",
    bars: [
      { name: "Schaan", value: 4 },
      { name: "Vaduz", value: 7 },
    ],
  });
});

test("days of everybody are columns", () => {
  const rows = [row({ made: 4 }), row({ period_on: "2026-11-24", made: 7 })];
  expect(drawingOf(rows, "made")).toEqual({ kind: "columns", periods: ["2026-11-23", "2026-11-24"], values: [4, 7] });
});

test("days of several are lines with gaps, the busiest six of them", () => {
  const rows = [
    ...["1", "2", "3", "4", "5", "6", "7"].map((id) => row({ rep_id: id, name: `Rep ${id}`, made: Number(id) })),
    row({ period_on: "2026-11-24", rep_id: "7", name: "Rep 7", made: 1 }),
  ];
  const drawing = drawingOf(rows, "made");
  if (drawing.kind !== "lines") throw new Error(drawing.kind);
  expect(drawing.left).toBe(1);
  expect(drawing.lines.map(({ name }) => name)).toEqual(["Rep 2", "Rep 3", "Rep 4", "Rep 5", "Rep 6", "Rep 7"]);
  expect(drawing.lines.at(-1)?.values).toEqual([7, 1]);
  expect(drawing.lines.at(0)?.values).toEqual([2, null]);
});

test("the axis has round numbers up to the largest value", () => {
  expect(ticksTo(0)).toEqual([0, 1]);
  expect(ticksTo(0.93)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(ticksTo(37)).toEqual([0, 10, 20, 30, 40]);
  expect(ticksTo(8)).toEqual([0, 2, 4, 6, 8]);
  expect(ticksTo(500, "minutes")).toEqual([0, 150, 300, 450, 600]);
});

function territory(id: string, parent_id: string | null, ...user_ids: string[]) {
  const members = user_ids.map((user_id) => ({ user_id, starts_on: "2026-01-01", ends_on: null }));
  return { id, name: id, parent_id, members } as unknown as Parameters<typeof scopeOf>[0][number];
}

function person(id: string, role: string) {
  return { id, name: id, active: true, roles: [role] } as unknown as Parameters<typeof scopeOf>[1][number];
}

const LAND = [territory("South", null, "boss"), territory("Vaduz", "South", "ann"), territory("North", null, "bob")];
const PEOPLE = [person("boss", "manager"), person("ann", "rep"), person("bob", "rep"), person("root", "admin")];

test("a manager chooses among the people and territories below them", () => {
  const scope = scopeOf(LAND, PEOPLE, "boss", WEDNESDAY);
  expect(scope.reps.map(({ id }) => id)).toEqual(["ann"]);
  expect(scope.territories).toEqual([
    { id: "South", name: "South", depth: 0 },
    { id: "Vaduz", name: "Vaduz", depth: 1 },
  ]);
});

test("who works in no territory chooses among all", () => {
  const scope = scopeOf(LAND, PEOPLE, "root", WEDNESDAY);
  expect(scope.territories.map(({ id }) => id)).toEqual(["North", "South", "Vaduz"]);
});

let db: Database;
beforeEach(() => {
  db = new Database(`figures-${crypto.randomUUID()}`);
});
afterEach(() => db.delete());

function seen(number: number, at: string): Seen {
  const choice = { ...WEEK, back: number };
  return {
    key: keyOf(choice),
    choice,
    ...daysOf(choice, WEDNESDAY),
    rows: [],
    total: null,
    totalBefore: null,
    currency: "CHF",
    at,
  };
}

test("what was seen is kept, each choice once and the newest first, and old ones make room", async () => {
  for (let number = 0; number < 20; number++) await keep(db, seen(number, "2026-11-25T08:00:00Z"));
  await keep(db, seen(15, "2026-11-25T09:00:00Z"));
  const kept = await recall(db);
  expect(kept.map(({ choice }) => choice.back)).toEqual([15, 19, 18, 17, 16, 14, 13, 12, 11, 10, 9, 8]);
  expect(kept[0]?.at).toBe("2026-11-25T09:00:00Z");
});
