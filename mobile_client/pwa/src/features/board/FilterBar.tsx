import { useTranslation } from "react-i18next";
import type { Id, Priority, Territory } from "../../db/types.ts";
import { SearchField, Select } from "../../ui/index.ts";
import { useBoard } from "./board.ts";
import { ALL, type DueFilter, type Filters } from "./filters.ts";

const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];
const DUE: readonly DueFilter[] = ["overdue", "today", "week"];

export function FilterBar({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const { t } = useTranslation("board");
  const { t: states } = useTranslation("job-states");
  const { data } = useBoard();
  const set = <Name extends keyof Filters>(name: Name) => {
    return (value: Filters[Name]) => onChange({ ...filters, [name]: value });
  };
  return (
    <div className="filters">
      <SearchField label={t("search")} value={filters.query} onChange={set("query")} />
      <Select
        label={t("filter.priority")}
        choices={[
          { value: ALL, label: t("all.priority") },
          ...PRIORITIES.map((value) => ({ value, label: states(`priority.${value}`) })),
        ]}
        value={filters.priority}
        onChange={set("priority")}
      />
      <Select
        label={t("filter.due")}
        choices={[
          { value: ALL, label: t("all.due") },
          ...DUE.map((value) => ({ value, label: t(`due.${value as Exclude<DueFilter, typeof ALL>}`) })),
        ]}
        value={filters.due}
        onChange={set("due")}
      />
      <Select
        label={t("filter.skill")}
        choices={[
          { value: ALL, label: t("all.skill") },
          ...[...data.skills.values()]
            .sort((a, b) => a.name.localeCompare(b.name))
            .map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={filters.skill}
        onChange={set("skill")}
      />
      <Select
        label={t("filter.territory")}
        choices={[{ value: ALL, label: t("all.territory") }, ...asTree(data.territories)]}
        value={filters.territory}
        onChange={set("territory")}
      />
    </div>
  );
}

/** Each area followed by what lies in it. */
function asTree(territories: ReadonlyMap<Id, Territory>, parent: Id | null = null, depth = 0) {
  const choices: { value: Id; label: string }[] = [];
  const here = [...territories.values()].filter(({ parent_id }) => parent_id === parent);
  for (const { id, name } of here.sort((a, b) => a.name.localeCompare(b.name))) {
    choices.push({ value: id, label: `${"\u2003".repeat(depth)}${name}` }, ...asTree(territories, id, depth + 1));
  }
  return choices;
}
