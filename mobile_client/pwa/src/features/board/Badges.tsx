import { useTranslation } from "react-i18next";
import type { AppointmentStatus, Priority } from "../../db/types.ts";
import { Badge, type Tone } from "../../ui/index.ts";
import type { BoardJob } from "./arrange.ts";
import { useBoard } from "./board.ts";

const TONES: Record<AppointmentStatus, Tone> = {
  unscheduled: "neutral",
  scheduled: "neutral",
  dispatched: "info",
  accepted: "info",
  declined: "bad",
  traveling: "accent",
  in_progress: "accent",
  paused: "warn",
  completed: "good",
  partially_completed: "warn",
  cannot_complete: "bad",
  canceled: "neutral",
  no_show: "warn",
};

export function StatusBadge({ status }: { status: AppointmentStatus }) {
  const { t } = useTranslation("board");
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>;
}

const PRIORITY_TONES: Record<Priority, Tone> = { urgent: "bad", high: "warn", normal: "neutral", low: "neutral" };

export function PriorityBadge({ priority }: { priority: Priority }) {
  const { t } = useTranslation("job-states");
  return <Badge tone={PRIORITY_TONES[priority]}>{t(`priority.${priority}`)}</Badge>;
}

/** When the job is due; stands out once that has passed. */
export function Due({ job }: { job: BoardJob }) {
  const { t } = useTranslation("board");
  const { now, format } = useBoard();
  if (!job.dueAt) return null;
  const overdue = Date.parse(job.dueAt) < now.getTime();
  return (
    <span className="job-due tabular" data-overdue={overdue || undefined}>
      {t(overdue ? "overdueSince" : "dueAt", { when: format.dateTime(job.dueAt) })}
    </span>
  );
}
