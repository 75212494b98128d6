import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../ui/index.ts";
import { FIGURES, pressed, type Row, type Sorting, sorted } from "./figures.ts";
import type { Seen } from "./useFigures.ts";
import { useWrite } from "./useWrite.ts";

/** The numbers of the chart and all others, to sort, with what they come to. */
export function FiguresTable({ seen }: { seen: Seen }) {
  const { t } = useTranslation("figures");
  const write = useWrite(seen.currency);
  const [sorting, setSorting] = useState<Sorting>({ column: "what", descending: false });
  const { per, by } = seen.choice;

  const what = (row: Row) => {
    const period = write.period(per, row.period_on);
    if (by === "all") return period;
    return per === "total" ? (row.name ?? "–") : `${period} · ${row.name ?? "–"}`;
  };
  const head = (column: Sorting["column"], label: string) => (
    <th
      key={column}
      scope="col"
      aria-sort={sorting.column === column ? (sorting.descending ? "descending" : "ascending") : undefined}
    >
      <button type="button" onClick={() => setSorting(pressed(sorting, column))}>
        {label}
        {sorting.column === column && <Icon name={sorting.descending ? "chevron-down" : "up"} size={14} />}
      </button>
    </th>
  );
  const cells = (row: Row) => FIGURES.map(({ key, unit }) => <td key={key}>{write.figure(unit, row[key])}</td>);

  return (
    <div className="figure-table">
      <table>
        <thead>
          <tr>
            {head("what", t(by === "all" || per !== "total" ? "period" : by))}
            {FIGURES.map(({ key }) => head(key, t(`name.${key}`)))}
          </tr>
        </thead>
        <tbody>
          {sorted(seen.rows, sorting).map((row) => (
            <tr key={`${row.period_on}${row.rep_id}${row.territory_id}`}>
              <th scope="row">{what(row)}</th>
              {cells(row)}
            </tr>
          ))}
        </tbody>
        {seen.total && seen.rows.length > 1 && (
          <tfoot>
            <tr>
              <th scope="row">{t("total")}</th>
              {cells(seen.total)}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
