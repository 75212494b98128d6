import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "../../db/types.ts";
import { useFormat } from "../../ui/index.ts";
import { type BoardJob, missingSkills, takesTime } from "./arrange.ts";
import { useBoard } from "./board.ts";
import { JobBlock } from "./JobBlock.tsx";
import { obstacleToPlan } from "./obstacles.ts";
import { HOUR_PX, PX_PER_MIN } from "./scale.ts";
import { clockTime, sideBySide } from "./timeline.ts";
import type { DragHandle } from "./useJobDrag.ts";

const NONE: BoardJob[] = [];

interface ColumnHeadProps {
  technician: User;
  /** While a job is dragged: whether this technician could do it is seen before it is dropped. */
  dragged: BoardJob | null;
  style: CSSProperties;
}

export function ColumnHead({ technician, dragged, style }: ColumnHeadProps) {
  const { t } = useTranslation("board");
  const { arrangement, skillName, explain } = useBoard();
  const jobs = (arrangement.planned.get(technician.id) ?? NONE).filter(({ status }) => status !== "no_show");
  const minutes = jobs.reduce((sum, { appointment }) => sum + appointment.duration_min, 0);
  const hours = new Intl.NumberFormat(useFormat().locale, { maximumFractionDigits: 1 });
  const missing = dragged ? missingSkills(dragged.skills, technician) : [];
  const skills = technician.skills.map(({ skill_id }) => skillName(skill_id)).join(", ");
  return (
    <div className="column-head" data-unable={missing.length > 0 || undefined} style={style}>
      <span className="column-name" title={technician.name}>
        {technician.name}
      </span>
      <span className="column-skills" title={skills}>
        {missing.length > 0 ? explain({ kind: "skill", missing }) : skills}
      </span>
      <span className="column-load tabular">
        {t("jobs", { count: jobs.length })} · {t("hours", { hours: hours.format(minutes / 60) })}
      </span>
    </div>
  );
}

/** One technician's day. */
export function TechnicianColumn({
  technician,
  drag,
  style,
}: {
  technician: User;
  drag: DragHandle;
  style: CSSProperties;
}) {
  const { arrangement } = useBoard();
  const jobs = arrangement.planned.get(technician.id) ?? NONE;
  const dragged = drag.drag?.job;
  const place = drag.drag?.place;
  const unable = dragged && missingSkills(dragged.skills, technician).length > 0;
  const slots = jobs.flatMap((job) => (job.slot ? [{ ...job.slot, job }] : []));
  return (
    <ul
      className="column"
      aria-label={technician.name}
      data-technician={technician.id}
      data-unable={unable || undefined}
      style={{ ...style, backgroundSize: `100% ${HOUR_PX}px` }}
    >
      {sideBySide(slots).map(({ slot, lane, lanes }) => (
        <JobBlock
          key={slot.job.id}
          job={slot.job}
          slot={slot}
          lane={lane}
          lanes={lanes}
          ending={!takesTime(slot.job.status)}
          dragged={dragged?.id === slot.job.id}
          onGrab={drag.grab}
        />
      ))}
      {dragged && place?.technicianId === technician.id && (
        <DropPreview job={dragged} technician={technician} jobs={jobs} minute={place.minute} />
      )}
    </ul>
  );
}

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
