import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../ui/index.ts";
import { useBoard } from "./board.ts";
import { ColumnHead, TechnicianColumn } from "./Column.tsx";
import { AXIS_PX, COLUMN_PX, HEAD_PX, HOUR_PX, PX_PER_MIN } from "./scale.ts";
import { clockTime, DAY_MIN, WORK_STARTS_MIN } from "./timeline.ts";
import type { DragHandle } from "./useJobDrag.ts";
import { useWidth } from "./useWidth.ts";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

interface TimelineProps {
  scroller: RefObject<HTMLDivElement | null>;
  drag: DragHandle;
}

/** The day from top to bottom, a column per technician. Only the columns in sight are in the document. */
export function Timeline({ scroller, drag }: TimelineProps) {
  const { t } = useTranslation("board");
  const { data, nowMinute } = useBoard();
  const { technicians, date } = data;
  const width = useWidth(scroller);
  // Wider than the least only where all have room, and then all are in sight: the virtualizer need not know.
  const columnPx = Math.max(COLUMN_PX, Math.floor((width - AXIS_PX) / Math.max(technicians.length, 1)));
  const virtualizer = useVirtualizer({
    horizontal: true,
    count: technicians.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => COLUMN_PX,
    overscan: 3,
  });

  // A day is opened where its work is.
  const isToday = nowMinute >= 0 && nowMinute < DAY_MIN;
  const isThere = technicians.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another day is opened, not as time goes on
  useEffect(() => {
    const from = Math.max(WORK_STARTS_MIN - 60, isToday ? Math.min(nowMinute - 90, 16 * 60) : 0);
    scroller.current?.scrollTo({ top: Math.floor(from / 60) * HOUR_PX });
  }, [date, isThere]);

  const dragged = drag.drag?.item.job ?? null;
  const place = drag.drag?.place ?? null;
  if (!isThere) return <EmptyState icon="contact" title={t("noTechnicians")} />;
  const columns = virtualizer.getVirtualItems().flatMap(({ index }) => {
    const technician = technicians[index];
    return technician ? [{ technician, left: index * columnPx }] : [];
  });
  return (
    <section
      className="timeline"
      ref={scroller}
      aria-label={t("timeline")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <div className="timeline-canvas" style={{ inlineSize: AXIS_PX + technicians.length * columnPx }}>
        <div className="timeline-heads" style={{ blockSize: HEAD_PX }}>
          <div className="timeline-corner" style={{ inlineSize: AXIS_PX }} />
          <div className="timeline-columns">
            {columns.map(({ technician, left }) => (
              <ColumnHead key={technician.id} technician={technician} left={left} width={columnPx} dragged={dragged} />
            ))}
          </div>
        </div>
        <div className="timeline-body" style={{ blockSize: 24 * HOUR_PX }}>
          <div className="timeline-axis" style={{ inlineSize: AXIS_PX }} aria-hidden="true">
            {HOURS.slice(1).map((hour) => (
              <span key={hour} className="tabular" style={{ insetBlockStart: hour * HOUR_PX }}>
                {clockTime(hour * 60)}
              </span>
            ))}
            {isToday && (
              <span className="timeline-clock tabular" style={{ insetBlockStart: nowMinute * PX_PER_MIN }}>
                {clockTime(Math.floor(nowMinute))}
              </span>
            )}
          </div>
          <div className="timeline-columns">
            {columns.map(({ technician, left }) => (
              <TechnicianColumn
                key={technician.id}
                technician={technician}
                left={left}
                width={columnPx}
                dragged={dragged}
                dropMinute={place?.technicianId === technician.id ? place.minute : null}
                onGrab={drag.grab}
              />
            ))}
            {isToday && <div className="timeline-now" style={{ insetBlockStart: nowMinute * PX_PER_MIN }} />}
          </div>
        </div>
      </div>
    </section>
  );
}
