import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDocuments } from "../../db/hooks.ts";
import type { PlanFigures, Site, TerritoryPlan } from "../../db/types.ts";
import { useOnlineAnswer } from "../../sync/useOnlineAnswer.ts";
import { Banner, Button, ChipChoice, Section, useFormat } from "../../ui/index.ts";
import { MapFrame } from "../../ui/map/MapFrame.tsx";
import { contentOf, type PlanMap, type PlanRow, type PlanView, rowsOf } from "./planMap.ts";
import { Swatch } from "./TerritoriesPage.tsx";
import { townsOf } from "./territories.ts";

const VIEWS: readonly PlanView[] = ["after", "before", "changes"];
const NO_SITES: Site[] = [];

interface PreviewProps {
  plan: TerritoryPlan;
  before: PlanFigures;
  after: PlanFigures;
}

/** What a plan would change: on the map, and in figures. */
export function PlanPreview({ plan, before, after }: PreviewProps) {
  const { t } = useTranslation("territories");
  const [view, setView] = useState<PlanView>("after");
  const [chosen, setChosen] = useState<string | null>(null);
  const { answer: map, failed, again } = useOnlineAnswer<PlanMap>(`/territory-plans/${plan.id}/map`);
  const sites = useDocuments("site") ?? NO_SITES;
  const labels = useMemo(() => townsOf(sites), [sites]);
  const rows = useMemo(() => rowsOf(before, after), [before, after]);
  const content = useMemo(() => (map ? contentOf(map, rows, { view, labels }) : {}), [map, rows, view, labels]);
  return (
    <>
      <Tiles before={before} after={after} />
      <div className="plan">
        <div className="plan-map">
          <ChipChoice
            label={t("show")}
            choices={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))}
            value={view}
            onChange={setView}
          />
          {failed ? (
            <Banner tone="warn" title={t("mapOffline")} action={<Button onPress={again}>{t("again")}</Button>}>
              {t("mapOfflineWhy")}
            </Banner>
          ) : (
            <MapFrame
              label={t("planMap")}
              content={content}
              chosen={chosen}
              onChoose={(id) => setChosen(id === chosen ? null : id)}
            />
          )}
        </div>
        <Figures
          rows={rows}
          inHours={plan.workload_in === "hours_a_year"}
          chosen={chosen}
          onChoose={(id) => setChosen(id === chosen ? null : id)}
        />
      </div>
    </>
  );
}

function Tiles({ before, after }: Omit<PreviewProps, "plan">) {
  const { t } = useTranslation("territories");
  const write = useNumbers();
  const tiles = [
    { name: "imbalance", old: `${write(before.imbalance_pct)} %`, new: `${write(after.imbalance_pct)} %` },
    { name: "distance", old: `${write(before.mean_distance_km)} km`, new: `${write(after.mean_distance_km)} km` },
    { name: "changing", old: null, new: write(after.changing_hands) },
    { name: "territories", old: write(before.territories.length), new: write(after.territories.length) },
  ];
  return (
    <dl className="tiles">
      {tiles.map(({ name, ...value }) => (
        <div key={name} className="tile">
          <dt>{t(`tile.${name}`)}</dt>
          <dd>
            <span className="tile-value">{value.new}</span>
            {value.old !== null && <span className="muted">{t("tile.before", { value: value.old })}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const MEASURES = ["accounts", "workload", "distance_km"] as const;

function Figures({
  rows,
  inHours,
  chosen,
  onChoose,
}: {
  rows: readonly PlanRow[];
  /** Workload is hours a year, as call plans ask for, and not points by class. */
  inHours: boolean;
  chosen: string | null;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation("territories");
  const write = useNumbers();
  return (
    <Section title={t("figures")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable without a pointer */}
      <section className="figures" aria-label={t("table")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {t("territory")}
              </th>
              {MEASURES.map((measure) => (
                <th key={measure} scope="colgroup" colSpan={2}>
                  {t(measure === "workload" && inHours ? "measure.hours" : `measure.${measure}`)}
                </th>
              ))}
            </tr>
            <tr>
              {MEASURES.flatMap((measure) =>
                (["before", "after"] as const).map((division) => (
                  <th key={`${measure}-${division}`} scope="col">
                    {t(`view.${division}`)}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, name, color, before, after }) => (
              <tr key={id} data-chosen={id === chosen || undefined}>
                <th scope="row">
                  <button type="button" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
                    <Swatch color={color} />
                    {name}
                  </button>
                </th>
                {MEASURES.flatMap((measure) => [
                  <td key={`${measure}-before`} className="muted">
                    {before ? write(before[measure]) : "–"}
                  </td>,
                  <td key={`${measure}-after`}>{after ? write(after[measure]) : "–"}</td>,
                ])}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  );
}

function useNumbers(): (value: number) => string {
  const { locale } = useFormat();
  return useMemo(() => {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    return (value) => format.format(value);
  }, [locale]);
}
