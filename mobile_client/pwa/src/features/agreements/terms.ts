import type { Agreement, DateOn, OnlineMutations } from "../../db/types.ts";
import { addDays } from "../../ui/format.ts";

/** An agreement as it is written down: numbers as they stand in their fields. */
export interface TermsDraft {
  name: string;
  coverage: string;
  site_ids: string[];
  asset_ids: string[];
  response_hours: string;
  fix_hours: string;
  visits_per_year: string;
  starts_on: DateOn;
  ends_on: DateOn;
}

type Terms = Omit<OnlineMutations["agreement.create"], "id" | "account_id" | "renews_id">;

/** What a new agreement starts from: one for a year. */
export function newTerms(today: DateOn): TermsDraft {
  return {
    name: "",
    coverage: "",
    site_ids: [],
    asset_ids: [],
    response_hours: "",
    fix_hours: "",
    visits_per_year: "0",
    starts_on: today,
    ends_on: yearFrom(today),
  };
}

export function termsOf(agreement: Agreement): TermsDraft {
  const { name, coverage, site_ids, asset_ids, response_hours, fix_hours, visits_per_year, starts_on, ends_on } =
    agreement;
  return {
    name,
    coverage: coverage ?? "",
    site_ids: [...site_ids],
    asset_ids: [...asset_ids],
    response_hours: response_hours === null ? "" : String(response_hours),
    fix_hours: fix_hours === null ? "" : String(fix_hours),
    visits_per_year: String(visits_per_year),
    starts_on,
    ends_on,
  };
}

/** The same for a year from the day after its end. */
export function renewalOf(agreement: Agreement): TermsDraft {
  const starts_on = addDays(agreement.ends_on, 1);
  return { ...termsOf(agreement), starts_on, ends_on: yearFrom(starts_on) };
}

export type TermsProblem = "name" | "response_hours" | "fix_hours" | "visits_per_year" | "ends_on";

/** The fields that cannot be sent as they are. */
export function problemsOf(draft: TermsDraft): Set<TermsProblem> {
  const problems = new Set<TermsProblem>();
  if (!draft.name.trim()) problems.add("name");
  for (const field of ["response_hours", "fix_hours"] as const) {
    if (draft[field].trim() && !isWhole(draft[field], 1)) problems.add(field);
  }
  const { response_hours, fix_hours } = draft;
  if (fix_hours.trim() && Number(fix_hours) < Number(response_hours)) problems.add("fix_hours");
  if (!isWhole(draft.visits_per_year, 0)) problems.add("visits_per_year");
  if (!draft.starts_on || draft.ends_on < draft.starts_on) problems.add("ends_on");
  return problems;
}

export function toTerms(draft: TermsDraft): Terms {
  return {
    ...draft,
    name: draft.name.trim(),
    coverage: draft.coverage.trim() || null,
    response_hours: draft.response_hours.trim() ? Number(draft.response_hours) : null,
    fix_hours: draft.fix_hours.trim() ? Number(draft.fix_hours) : null,
    visits_per_year: Number(draft.visits_per_year),
  };
}

function isWhole(text: string, least: number): boolean {
  return /^\d{1,4}$/.test(text.trim()) && Number(text) >= least;
}

function yearFrom(day: DateOn): DateOn {
  const last = new Date(`${day}T00:00:00Z`);
  last.setUTCFullYear(last.getUTCFullYear() + 1);
  return addDays(last.toISOString().slice(0, 10), -1);
}
