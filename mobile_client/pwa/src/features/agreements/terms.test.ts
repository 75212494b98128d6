import { expect, test } from "vitest";
import type { Agreement } from "../../db/types.ts";
import { newTerms, problemsOf, renewalOf, toTerms } from "./terms.ts";

const FULL: Agreement = {
  id: "a",
  version: 1,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  number: "AG-100001",
  account_id: "b",
  name: "Full service",
  coverage: null,
  site_ids: ["s"],
  asset_ids: [],
  response_hours: 4,
  fix_hours: null,
  visits_per_year: 2,
  starts_on: "2026-01-01",
  ends_on: "2026-12-31",
  end_reason: null,
  renewed_by_id: null,
};

test("a renewal is the same for a year from the day after", () => {
  const renewal = renewalOf(FULL);
  expect([renewal.starts_on, renewal.ends_on]).toEqual(["2027-01-01", "2027-12-31"]);
  expect(toTerms(renewal)).toMatchObject({ name: "Full service", site_ids: ["s"], response_hours: 4, fix_hours: null });
});

test("what cannot be sent is named", () => {
  expect([...problemsOf(newTerms("2026-11-23"))]).toEqual(["name"]);
  const wrong = {
    ...newTerms("2026-11-23"),
    name: "Full service",
    response_hours: "8",
    fix_hours: "4",
    visits_per_year: "two",
    ends_on: "2026-11-22",
  };
  expect([...problemsOf(wrong)].sort()).toEqual(["ends_on", "fix_hours", "visits_per_year"]);
});
