import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDocuments } from "../../db/hooks.ts";
import type { Position } from "../../db/types.ts";
import { addDays } from "../../ui/format.ts";
import { ChipChoice, EmptyState, Page, Skeleton, useFormat, VirtualList } from "../../ui/index.ts";
import { useMarks } from "../shared/marks.tsx";
import { useAskedPosition } from "../shared/position.ts";
import { PlanVisitSheet } from "../visits/PlanVisitSheet.tsx";
import { AskForPosition } from "./AskForPosition.tsx";
import { NextRow } from "./NextRow.tsx";
import type { Next, NextDay } from "./nextVisits.ts";
import { useNext } from "./useNext.ts";
import { useWorkingDay } from "./useWorkingDay.ts";
import "./who-next.css";

const FILTERS = ["all", "overdue_plan", "overdue_rhythm", "open_quote", "expiring_agreement", "near"] as const;
type Filter = (typeof FILTERS)[number];

/** Whom to visit next, ranked, with the reasons. Works without signal, and without a position. */
export default function WhoNextPage() {
  const { t } = useTranslation("who-next");
  const { position, ask } = useAskedPosition();
  const next = useNext(position);
  const days = useNextDays(position);
  const marks = useMarks();
  const [filter, setFilter] = useState<Filter>("all");
  const [choosing, setChoosing] = useState<Next | null>(null);
  const shown = useMemo(
    () => next?.filter(({ reasons }) => filter === "all" || reasons.some(({ kind }) => kind === filter)),
    [next, filter],
  );
  const filters = FILTERS.filter((each) => each !== "near" || position);
  return (
    <Page title={t("title")} backTo="/today" subtitle={shown && t("count", { count: shown.length })}>
      <ChipChoice
        label={t("filter")}
        choices={filters.map((value) => ({ value, label: t(`filters.${value}`) }))}
        value={filter}
        onChange={setFilter}
      />
      {ask && <AskForPosition onAsk={ask} />}
      {!shown && <Skeleton rows={6} />}
      {shown?.length === 0 && (
        <EmptyState icon="who-next" title={t(filter === "all" ? "nobody" : "nobodyOfThese")}>
          {t(filter === "all" ? "nobodyWhy" : "nobodyOfTheseWhy")}
        </EmptyState>
      )}
      {shown && shown.length > 0 && (
        <VirtualList label={t("title")} items={shown} keyOf={({ account }) => account.id} rowHeight={142}>
          {(each) => (
            <NextRow next={each} days={days} marks={marks} position={position} onChoose={() => setChoosing(each)} />
          )}
        </VirtualList>
      )}
      {choosing && <ChooseTime next={choosing} onClose={() => setChoosing(null)} />}
    </Page>
  );
}

function useNextDays(position: Position | null): NextDay[] {
  const today = useFormat().today();
  const tomorrow = addDays(today, 1);
  return [
    { when: "Today", date: today, day: useWorkingDay(today, position) },
    { when: "Tomorrow", date: tomorrow, day: useWorkingDay(tomorrow, position) },
  ];
}

/** The usual sheet, with the site first that the reasons speak of. */
function ChooseTime({ next: { account, site }, onClose }: { next: Next; onClose: () => void }) {
  const sites = useDocuments("site", { account_id: account.id });
  if (!sites) return null;
  const inOrder = [...sites].sort((one, other) => Number(other.id === site?.id) - Number(one.id === site?.id));
  return <PlanVisitSheet account={account} sites={inOrder} onClose={onClose} />;
}
