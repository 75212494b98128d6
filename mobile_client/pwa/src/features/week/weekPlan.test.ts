import { expect, test } from "vitest";
import { changesOf, driving, type PlannedStop, type Proposal, suggestionsOf } from "./weekPlan.ts";

function stop(account_id: string, change: PlannedStop["change"]): PlannedStop {
  return {
    kind: change === "new" ? "suggestion" : "visit",
    id: change === "new" ? null : `visit-${account_id}`,
    account_id,
    account_name: account_id,
    site_id: "site",
    starts_at: "2026-11-23T08:00:00Z",
    was_at: change === "new" ? null : "2026-11-23T08:00:00Z",
    duration_min: 30,
    purpose: null,
    change,
    fixed: false,
    reasons: [],
    adds: null,
  };
}

const PROPOSAL: Proposal = {
  source: "straight_lines",
  shortcoming: null,
  days: [
    {
      date: "2026-11-23",
      before: { seconds: 3600, metres: 40_000 },
      after: { seconds: 1830, metres: 20_000 },
      stops: [stop("a", "stays"), stop("b", "new"), stop("c", "new")],
    },
    {
      date: "2026-11-24",
      before: { seconds: 600, metres: 5_000 },
      after: { seconds: 600, metres: 5_000 },
      stops: [stop("d", "moves")],
    },
  ],
  left_out: [],
};

test("what moves and what is new are changes, but not whom the person does not want", () => {
  expect(changesOf(PROPOSAL, [])).toBe(3);
  expect(changesOf(PROPOSAL, ["b"])).toBe(2);
});

test("who waits is suggested", () => {
  expect(suggestionsOf(PROPOSAL).map(({ account_id }) => account_id)).toEqual(["b", "c"]);
});

test("the driving of all days is added up", () => {
  expect(driving(PROPOSAL, "before")).toEqual({ metres: 45_000, minutes: 70 });
  expect(driving(PROPOSAL, "after")).toEqual({ metres: 25_000, minutes: 41 });
});
