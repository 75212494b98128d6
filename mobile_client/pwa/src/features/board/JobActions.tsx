import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mayMoveAppointment } from "../../rules/appointments.ts";
import { Button, ConfirmDialog, ReasonSheet } from "../../ui/index.ts";
import type { BoardJob } from "./arrange.ts";
import { useBoard } from "./board.ts";
import { isTold, obstacleToMove } from "./obstacles.ts";

const REASONS = ["customer", "twice", "done", "mistake"] as const;

/** What a dispatcher can do with a job as it stands. */
export function JobActions({ job }: { job: BoardJob }) {
  const { t } = useTranslation("board");
  const { actions, unsent, openAssign, explain } = useBoard();
  const [asking, setAsking] = useState<"unassign" | "cancel" | null>(null);
  const told = isTold(job);
  const obstacle = obstacleToMove(job, unsent.has(job.id));
  if (obstacle) return <p className="muted">{explain(obstacle)}</p>;
  return (
    <div className="job-actions">
      {mayMoveAppointment(job.status, "dispatch") && (
        <Button variant="primary" icon="unsent" onPress={() => actions.dispatch([job])}>
          {t("dispatch")}
        </Button>
      )}
      <Button variant={job.slot ? "secondary" : "primary"} icon="calendar" onPress={() => openAssign(job)}>
        {t(job.appointment.technician_id && job.status !== "declined" ? "move" : "assignTo")}
      </Button>
      {mayMoveAppointment(job.status, "unassign") && (
        <Button icon="undo" onPress={() => (told ? setAsking("unassign") : actions.unassign(job))}>
          {t("unassign")}
        </Button>
      )}
      {mayMoveAppointment(job.status, "cancel") && (
        <Button icon="discard" onPress={() => setAsking("cancel")}>
          {t("cancelJob")}
        </Button>
      )}
      <ConfirmDialog
        title={t("takeBackTitle")}
        body={t("takeBackWhy")}
        confirm={t("unassign")}
        isOpen={asking === "unassign"}
        onConfirm={() => actions.unassign(job)}
        onClose={() => setAsking(null)}
      />
      <ReasonSheet
        title={t("cancelTitle", { title: job.title })}
        reasons={REASONS.map((reason) => t(`cancelReason.${reason}`))}
        confirm={t("cancelJob")}
        isOpen={asking === "cancel"}
        onConfirm={(reason) => actions.cancel(job, reason)}
        onClose={() => setAsking(null)}
      />
    </div>
  );
}
