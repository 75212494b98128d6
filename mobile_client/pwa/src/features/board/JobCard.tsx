import type { PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button, Icon, UnsentMark } from "../../ui/index.ts";
import type { BoardJob } from "./arrange.ts";
import { Due, PriorityBadge, StatusBadge } from "./Badges.tsx";
import { useBoard } from "./board.ts";

interface JobCardProps {
  job: BoardJob;
  onGrab: (event: PointerEvent<HTMLElement>, job: BoardJob) => void;
}

/** A job that waits to be planned: dragged onto a technician, or assigned by its button. */
export function JobCard({ job, onGrab }: JobCardProps) {
  const { t } = useTranslation("board");
  const { selected, select, skillName, unsent, openAssign } = useBoard();
  const { appointment } = job;
  return (
    <article
      className="job-card"
      aria-label={job.title}
      data-priority={job.priority}
      data-selected={selected === job.id || undefined}
    >
      <button
        type="button"
        className="job-card-main"
        aria-expanded={selected === job.id}
        onClick={() => select(job.id)}
        onPointerDown={(event) => onGrab(event, job)}
      >
        <span className="job-card-line">
          <PriorityBadge priority={job.priority} />
          {job.status === "declined" && <StatusBadge status="declined" />}
          {unsent.has(job.id) && <UnsentMark />}
          <Due job={job} />
        </span>
        <span className="job-card-title">{job.title}</span>
        <span className="job-card-detail">{[job.customer, job.place].filter(Boolean).join(" · ")}</span>
        {job.status === "declined" && appointment.reason && (
          <span className="job-card-detail">{t("declinedBecause", { reason: appointment.reason })}</span>
        )}
      </button>
      <div className="job-card-foot">
        <span className="job-card-needs">
          <Icon name="clock" size={13} />
          {t("minutes", { count: appointment.duration_min })}
          {job.skills.length > 0 && (
            <>
              <Icon name="job" size={13} />
              <span className="job-card-skills">
                {job.skills.map(({ skill_id }) => skillName(skill_id)).join(", ")}
              </span>
            </>
          )}
        </span>
        <Button variant="quiet" aria-label={t("assignJob", { title: job.title })} onPress={() => openAssign(job)}>
          {t("assign")}
        </Button>
      </div>
    </article>
  );
}
