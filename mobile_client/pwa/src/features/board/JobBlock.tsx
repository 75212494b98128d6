import { memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../ui/index.ts";
import { type BoardJob, takesTime } from "./arrange.ts";
import { useBoard } from "./board.ts";
import { PX_PER_MIN } from "./scale.ts";
import { clockTime, DAY_MIN } from "./timeline.ts";
import type { DragHandle } from "./useJobDrag.ts";

interface JobBlockProps {
  job: BoardJob;
  lane: number;
  lanes: number;
  dragged: boolean;
  onGrab: DragHandle["grab"];
}

/** A planned job in a technician's column, as tall as it is long. */
export const JobBlock = memo(function JobBlock({ job, lane, lanes, dragged, onGrab }: JobBlockProps) {
  const { t } = useTranslation("board");
  const { selected, select, unsent } = useBoard();
  const start = Math.max(0, job.slot?.start ?? 0);
  const end = Math.min(DAY_MIN, job.slot?.end ?? 0);
  const isSelected = selected === job.id;
  const block = useRef<HTMLButtonElement>(null);
  // The panel that shows it takes room from the board.
  useEffect(() => {
    if (isSelected) block.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isSelected]);
  const urgent = job.priority === "urgent" && takesTime(job.status);
  return (
    <li
      className="block-place"
      style={{
        insetBlockStart: start * PX_PER_MIN,
        blockSize: Math.max(15, end - start) * PX_PER_MIN - 2,
        insetInlineStart: `calc(2px + ${(100 * lane) / lanes}%)`,
        inlineSize: `calc(${100 / lanes}% - 4px)`,
      }}
    >
      <button
        type="button"
        className="block"
        ref={block}
        data-status={job.status}
        data-length={end - start < 45 ? "short" : end - start < 60 ? "medium" : undefined}
        data-selected={isSelected || undefined}
        data-dragged={dragged || undefined}
        aria-expanded={isSelected}
        title={[`${clockTime(start)}–${clockTime(end)}`, job.title, job.customer, job.place].filter(Boolean).join("\n")}
        onClick={() => select(job.id)}
        onPointerDown={(event) => {
          const { top } = event.currentTarget.getBoundingClientRect();
          onGrab(event, { job, grabbedAtMin: (event.clientY - top) / PX_PER_MIN });
        }}
      >
        <span className="block-line">
          {urgent && (
            <>
              <Icon name="warning" size={12} />
              <span className="visually-hidden">{t("urgent")}</span>
            </>
          )}
          {unsent.has(job.id) && <Icon name="unsent" size={12} />}
          <span className="block-status">{t(`status.${job.status}`)}</span>
          <span className="visually-hidden">
            {clockTime(start)}–{clockTime(end)}
          </span>
        </span>
        <span className="block-title">{job.title}</span>
        <span className="block-detail">{[job.customer, job.place].filter(Boolean).join(", ")}</span>
      </button>
    </li>
  );
});
