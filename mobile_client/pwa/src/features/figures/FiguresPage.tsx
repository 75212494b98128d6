import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useSession } from "../../db/hooks.ts";
import { Banner, Button, EmptyState, Page, Section, Skeleton, useFormat } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { FigureCards } from "./FigureCards.tsx";
import { FigureChart } from "./FigureChart.tsx";
import { FiguresFilter } from "./FiguresFilter.tsx";
import { FiguresTable } from "./FiguresTable.tsx";
import { type Choice, FIGURES, type FigureKey } from "./figures.ts";
import { readScope } from "./scope.ts";
import { type Seen, useFigures } from "./useFigures.ts";
import { useSaveCsv } from "./useSaveCsv.ts";
import { useWrite } from "./useWrite.ts";
import "./figures.css";

/** What came of the visits: one's own, or those of the people and territories that one manages. */
export default function FiguresPage() {
  const { t } = useTranslation("figures");
  const today = useFormat().today();
  const userId = useSession()?.user.id ?? "";
  const manages = useMay("visits.manage");
  const scope = useLocal(`figures/${userId}/${today}`, (db) => readScope(db, userId, today));
  const [choice, setChoice] = useState<Choice>(() => ({
    span: "week",
    back: 0,
    own: { from: today, to: today },
    per: "day",
    by: "all",
    repIds: [],
    territoryIds: [],
  }));
  const figures = useFigures(choice, today);
  const { seen } = figures;
  return (
    <Page wide title={t("title")} backTo="/me" subtitle={<p className="muted">{t(manages ? "ofOthers" : "ofOwn")}</p>}>
      <div className="figures-screen">
        <FiguresFilter choice={choice} onChange={setChoice} scope={scope} manages={manages} />
        <Notice figures={figures} onShow={setChoice} />
        {seen ? <Answer seen={seen} /> : figures.state === "asking" && <Skeleton rows={6} />}
      </div>
    </Page>
  );
}

/** How fresh it is, when it is not. */
function Notice({
  figures: { state, seen, last, why, again },
  onShow,
}: {
  figures: ReturnType<typeof useFigures>;
  onShow: (choice: Choice) => void;
}) {
  const { t } = useTranslation("figures");
  const format = useFormat();
  const retry = <Button onPress={again}>{t("again")}</Button>;
  if (state === "kept" && seen)
    return (
      <Banner tone="warn" title={t("asOf", { when: format.dateTime(seen.at) })} action={retry}>
        {t("asOfWhy")}
      </Banner>
    );
  if (state === "refused")
    return (
      <Banner tone="bad" title={t("refused")} action={retry}>
        {why}
      </Banner>
    );
  if (state !== "never") return null;
  return (
    <EmptyState
      icon="offline"
      title={t("never")}
      action={
        <div className="button-row">
          {last && (
            <Button variant="primary" onPress={() => onShow(last.choice)}>
              {t("showLast")}
            </Button>
          )}
          {retry}
        </div>
      }
    >
      {t("neverWhy")}
    </EmptyState>
  );
}

function Answer({ seen }: { seen: Seen }) {
  const { t } = useTranslation("figures");
  const write = useWrite(seen.currency);
  const [chosen, setChosen] = useState<FigureKey>("call_compliance");
  const saveCsv = useSaveCsv(seen);
  const figure = FIGURES.find(({ key }) => key === chosen) ?? FIGURES[0];
  if (!figure) return null;
  if (!seen.total || seen.rows.length === 0)
    return (
      <EmptyState icon="calendar" title={t("none")}>
        {t("noneWhy", { days: write.days(seen.now) })}
      </EmptyState>
    );
  return (
    <>
      <FigureCards seen={seen} chosen={chosen} onChoose={setChosen} />
      <Section title={t(`name.${chosen}`)}>
        <p className="muted figure-how">{t(`how.${chosen}`)}</p>
        <FigureChart seen={seen} figure={figure} />
      </Section>
      <Section
        title={t("table")}
        action={
          <Button icon="download" onPress={saveCsv}>
            {t("csv")}
          </Button>
        }
      >
        <FiguresTable seen={seen} />
      </Section>
    </>
  );
}
