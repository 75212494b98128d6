import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "../../db/types.ts";
import { type BoardJob, missingSkills } from "./arrange.ts";
import { useBoard } from "./board.ts";
import { JobBlock } from "./JobBlock.tsx";
import { obstacleToPlan } from "./obstacles.ts";
import { HOUR_PX, PX_PER_MIN } from "./scale.ts";
import { clockTime, sideBySide } from "./timeline.ts";
import type { DragHandle } from "./useJobDrag.ts";

const NONE: BoardJob[] = [];

interface ColumnProps {
  technician: User;
  /** Where the column is, in px. */
  left: number;
  width: number;
  /** While a job is dragged: whether this technician could do it is seen before it is dropped. */
  dragged: BoardJob | null;
}

export const ColumnHead = memo(function ColumnHead({ technician, left, width, dragged }: ColumnProps) {
  const { t } = useTranslation("board");
  const { arrangement, skillName, explain, format } = useBoard();
  const jobs = (arrangement.planned.get(technician.id) ?? NONE).filter(({ status }) => status !== "no_show");
  const hours = jobs.reduce((sum, { appointment }) => sum + appointment.duration_min, 0) / 60;
  const missing = dragged ? missingSkills(dragged.skills, technician) : [];
  const skills = technician.skills.map(({ skill_id }) => skillName(skill_id)).join(", ");
  return (
    <div
      className="column-head"
      data-unable={missing.length > 0 || undefined}
      style={{ insetInlineStart: left, inlineSize: width }}
    >
      <span className="column-name" title={technician.name}>
        {technician.name}
      </span>
      <span className="column-skills" title={skills}>
        {missing.length > 0 ? explain({ kind: "skill", missing }) : skills}
      </span>
      <span className="column-load tabular">
        {t("jobs", { count: jobs.length })} ·{" "}
        {t("hours", { hours: hours.toLocaleString(format.locale, { maximumFractionDigits: 1 }) })}
      </span>
    </div>
  );
});

interface TechnicianColumnProps extends ColumnProps {
  /** The minute at which the dragged job would start if it were dropped here now; null if it is elsewhere. */
  dropMinute: number | null;
  onGrab: DragHandle["grab"];
}

/** One technician's day. Drawn anew only when it changes, not while others scroll by or a job is dragged over them. */
export const TechnicianColumn = memo(function TechnicianColumn(props: TechnicianColumnProps) {
  const { technician, left, width, dragged, dropMinute, onGrab } = props;
  const { arrangement } = useBoard();
  const jobs = arrangement.planned.get(technician.id) ?? NONE;
  const unable = dragged && missingSkills(dragged.skills, technician).length > 0;
  const slots = jobs.flatMap((job) => (job.slot ? [{ ...job.slot, job }] : []));
  return (
    <ul
      className="board-column"
      aria-label={technician.name}
      data-technician={technician.id}
      data-unable={unable || undefined}
      style={{ insetInlineStart: left, inlineSize: width, backgroundSize: `100% ${HOUR_PX}px` }}
    >
      {sideBySide(slots).map(({ slot: { job }, lane, lanes }) => (
        <JobBlock key={job.id} job={job} lane={lane} lanes={lanes} dragged={dragged?.id === job.id} onGrab={onGrab} />
      ))}
      {dragged && dropMinute !== null && (
        <DropPreview job={dragged} technician={technician} jobs={jobs} minute={dropMinute} />
      )}
    </ul>
  );
});

interface DropPreviewProps {
  job: BoardJob;
  technician: User;
  jobs: readonly BoardJob[];
  minute: number;
}

function DropPreview({ job, technician, jobs, minute }: DropPreviewProps) {
  const { explain } = useBoard();
  const obstacle = obstacleToPlan(job, technician, jobs, minute);
  const { duration_min } = job.appointment;
  return (
    <li
      className="drop-preview"
      data-refused={obstacle ? "" : undefined}
      style={{ insetBlockStart: minute * PX_PER_MIN, blockSize: duration_min * PX_PER_MIN }}
    >
      <span className="tabular">
        {clockTime(minute)}–{clockTime(minute + duration_min)}
      </span>
      {obstacle && <span>{explain(obstacle)}</span>}
    </li>
  );
}
