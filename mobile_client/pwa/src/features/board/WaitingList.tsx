import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type PointerEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { addDays, instantAt } from "../../ui/format.ts";
import { Button, EmptyState } from "../../ui/index.ts";
import type { BoardJob } from "./arrange.ts";
import { useBoard } from "./board.ts";
import { FilterBar } from "./FilterBar.tsx";
import { filterJobs, NO_FILTERS } from "./filters.ts";
import { JobCard } from "./JobCard.tsx";

const CARD_PX = 124;

interface WaitingListProps {
  onGrab: (event: PointerEvent<HTMLElement>, job: BoardJob) => void;
}

/** Everything that waits to be planned, most urgent first. */
export const WaitingList = memo(function WaitingList({ onGrab }: WaitingListProps) {
  const { t } = useTranslation("board");
  const { arrangement } = useBoard();
  const [filters, setFilters] = useState(NO_FILTERS);
  const shown = useShownJobs(useDeferredValue(filters));
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX,
    overscan: 6,
    gap: 8,
    paddingEnd: 12,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  const { waiting } = arrangement;
  return (
    <section className="waiting" aria-label={t("waiting")}>
      <div className="waiting-head">
        <h2 className="section-title">{t("waiting")}</h2>
        <span className="muted tabular">
          {shown.length === waiting.length ? waiting.length : t("someOf", { some: shown.length, all: waiting.length })}
        </span>
      </div>
      <FilterBar filters={filters} onChange={setFilters} />
      <div className="waiting-scroll" ref={scroller}>
        {waiting.length === 0 && <EmptyState icon="check" title={t("nothingWaits")} />}
        {waiting.length > 0 && shown.length === 0 && (
          <EmptyState
            icon="search"
            title={t("nothingFound")}
            action={<Button onPress={() => setFilters(NO_FILTERS)}>{t("clearFilters")}</Button>}
          />
        )}
        <ul aria-label={t("waiting")} className="waiting-list" style={{ blockSize: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ key, index, start }) => {
            const job = shown[index];
            return (
              job && (
                <li
                  key={key}
                  ref={virtualizer.measureElement}
                  data-index={index}
                  aria-setsize={shown.length}
                  aria-posinset={index + 1}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <JobCard job={job} onGrab={onGrab} />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </section>
  );
});

function useShownJobs(filters: typeof NO_FILTERS): BoardJob[] {
  const { arrangement, data, now } = useBoard();
  return useMemo(() => {
    const { timeZone, territories } = data;
    const today = new Intl.DateTimeFormat("en-CA", { timeZone }).format(now);
    const startOf = (date: string) => instantAt(date, "00:00", timeZone).toISOString();
    const dueBefore = {
      overdue: now.toISOString(),
      today: startOf(addDays(today, 1)),
      week: startOf(addDays(today, 7)),
    };
    return filterJobs(arrangement.waiting, filters, { territories, dueBefore });
  }, [arrangement, data, now, filters]);
}
