import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Appointment } from "../../db/types.ts";
import { Button, type IconName } from "../../ui/index.ts";
import type { JobSheet } from "./JobSheets.tsx";
import { nextAction, possibleExits } from "./steps.ts";
import { useJobActions } from "./useJobActions.ts";

const ICONS: Record<string, IconName> = {
  accept: "check",
  travel: "travel",
  start: "play",
  resume: "play",
  complete: "check",
};

/** The next step, large; beside it what else may happen now. */
export function JobFooter({ appointment, onOpen }: { appointment: Appointment; onOpen: (sheet: JobSheet) => void }) {
  const { t } = useTranslation("jobs");
  const actions = useJobActions(appointment.id);
  const [busy, setBusy] = useState(false);
  const { status } = appointment;
  const next = nextAction(status);
  const exits = possibleExits(status);
  if (!next) return null;

  async function run(action: () => Promise<unknown>) {
    setBusy(true);
    await action().finally(() => setBusy(false));
  }

  return (
    <div className="button-row job-footer">
      {status === "dispatched" && (
        <Button variant="secondary" onPress={() => onOpen("decline")}>
          {t("action.decline")}
        </Button>
      )}
      {status === "accepted" && (
        <Button icon="play" isDisabled={busy} onPress={() => run(actions.start)}>
          {t("action.start")}
        </Button>
      )}
      {status === "in_progress" && (
        <Button icon="pause" onPress={() => onOpen("pause")}>
          {t("action.pause")}
        </Button>
      )}
      {status !== "dispatched" && exits.length > 0 && (
        <Button onPress={() => onOpen("exit")}>{t("otherOutcome")}</Button>
      )}
      <Button
        variant="primary"
        icon={ICONS[next] ?? "check"}
        busy={busy}
        onPress={() => (next === "complete" ? onOpen("complete") : run(actions[next]))}
      >
        {t(`action.${next}`)}
      </Button>
    </div>
  );
}
