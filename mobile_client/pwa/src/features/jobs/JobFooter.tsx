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
  // The button keeps the name of the step that is being taken, so that nobody presses the next one before it is there.
  const [running, setRunning] = useState<string | null>(null);
  const { status } = appointment;
  const next = nextAction(status);
  const exits = possibleExits(status);
  if (!next) return null;

  const shown = running ?? next;

  async function run(name: string, action: () => Promise<unknown>) {
    setRunning(name);
    await action().finally(() => setRunning(null));
  }

  return (
    <div className="button-row job-footer">
      {status === "dispatched" && (
        <Button variant="secondary" onPress={() => onOpen("decline")}>
          {t("action.decline")}
        </Button>
      )}
      {status === "accepted" && (
        <Button icon="play" isDisabled={running !== null} onPress={() => run("start", actions.start)}>
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
        icon={ICONS[shown] ?? "check"}
        busy={running !== null}
        onPress={() => (next === "complete" ? onOpen("complete") : run(next, actions[next]))}
      >
        {t(`action.${shown}`)}
      </Button>
    </div>
  );
}
