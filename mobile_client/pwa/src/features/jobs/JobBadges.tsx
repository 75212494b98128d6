import { useTranslation } from "react-i18next";
import type { AppointmentStatus, Priority, WorkOrderStatus } from "../../db/types.ts";
import { Badge, type Tone } from "../../ui/index.ts";

const APPOINTMENT_TONES: Record<AppointmentStatus, Tone> = {
  unscheduled: "neutral",
  scheduled: "neutral",
  dispatched: "info",
  accepted: "info",
  declined: "warn",
  traveling: "accent",
  in_progress: "accent",
  paused: "warn",
  completed: "good",
  partially_completed: "warn",
  cannot_complete: "bad",
  canceled: "neutral",
  no_show: "warn",
};

export function AppointmentStatusBadge({ status }: { status: AppointmentStatus }) {
  const { t } = useTranslation("job-states");
  return <Badge tone={APPOINTMENT_TONES[status]}>{t(`status.${status}`)}</Badge>;
}

const WORK_ORDER_TONES: Record<WorkOrderStatus, Tone> = {
  open: "warn",
  scheduled: "info",
  in_progress: "accent",
  on_hold: "warn",
  completed: "good",
  closed: "neutral",
  canceled: "neutral",
};

export function WorkOrderStatusBadge({ status }: { status: WorkOrderStatus }) {
  const { t } = useTranslation("job-states");
  return <Badge tone={WORK_ORDER_TONES[status]}>{t(`workOrderStatus.${status}`)}</Badge>;
}

/** Normal and low priority are not worth a badge. */
export function PriorityBadge({ priority }: { priority: Priority }) {
  const { t } = useTranslation("job-states");
  if (priority === "normal" || priority === "low") return null;
  return (
    <Badge tone={priority === "urgent" ? "bad" : "warn"} icon="warning">
      {t(`priority.${priority}`)}
    </Badge>
  );
}
