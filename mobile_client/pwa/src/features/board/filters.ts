import type { Id, Priority, Territory } from "../../db/types.ts";
import { fold } from "../accounts/directory.ts";
import type { BoardJob } from "./arrange.ts";

export const ALL = "all";

export type DueFilter = typeof ALL | "overdue" | "today" | "week";

export interface Filters {
  query: string;
  priority: Priority | typeof ALL;
  skill: Id;
  territory: Id;
  due: DueFilter;
}

export const NO_FILTERS: Filters = { query: "", priority: ALL, skill: ALL, territory: ALL, due: ALL };

export interface FilterContext {
  territories: ReadonlyMap<Id, Territory>;
  /** The instants before which something is overdue, due today, due this week. */
  dueBefore: Record<Exclude<DueFilter, typeof ALL>, string>;
}

/** The jobs that pass every filter, in the order in which they come. */
export function filterJobs(
  jobs: readonly BoardJob[],
  filters: Filters,
  { territories, dueBefore }: FilterContext,
): BoardJob[] {
  const { query, priority, skill, territory, due } = filters;
  const words = fold(query).split(/\s+/).filter(Boolean);
  return jobs.filter((job) => {
    if (priority !== ALL && job.priority !== priority) return false;
    if (skill !== ALL && !job.skills.some(({ skill_id }) => skill_id === skill)) return false;
    if (territory !== ALL && !isWithin(job.territoryId, territory, territories)) return false;
    if (due !== ALL && (job.dueAt === null || Date.parse(job.dueAt) >= Date.parse(dueBefore[due]))) return false;
    const text = fold([job.title, job.number, job.customer, job.place].filter(Boolean).join(" "));
    return words.every((word) => text.includes(word));
  });
}

function isWithin(territoryId: Id | null, wanted: Id, territories: ReadonlyMap<Id, Territory>): boolean {
  for (let id = territoryId; id !== null; id = territories.get(id)?.parent_id ?? null) {
    if (id === wanted) return true;
  }
  return false;
}
