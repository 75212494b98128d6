import { useTranslation } from "react-i18next";
import { useDocuments } from "../../db/hooks.ts";
import type { Appointment, Transition } from "../../db/types.ts";
import { Section, useFormat } from "../../ui/index.ts";

/** A step that reached the server this much later was taken without signal. */
const LATE_MS = 120_000;

/** What happened to the appointment, newest first: when, and by whom. */
export function Steps({ appointment }: { appointment: Appointment }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const people = useDocuments("user");
  const steps = [...appointment.transitions].reverse();
  if (steps.length === 0) return null;
  return (
    <Section title={t("history")}>
      <ol className="steps">
        {steps.map((step) => (
          <li key={`${step.occurred_at} ${step.to}`} className="step-taken" data-status={step.to}>
            <span className="step-taken-name">{t(`status.${step.to}`)}</span>
            <span className="muted">{people?.find(({ id }) => id === step.actor_id)?.name}</span>
            <time className="muted tabular" dateTime={step.occurred_at}>
              {format.dateTime(step.occurred_at)}
            </time>
            {arrivedLate(step) && step.recorded_at && (
              <span className="muted">{t("arrived", { when: format.dateTime(step.recorded_at) })}</span>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function arrivedLate({ occurred_at, recorded_at }: Transition): boolean {
  return recorded_at !== null && Date.parse(recorded_at) - Date.parse(occurred_at) > LATE_MS;
}
