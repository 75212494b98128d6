import { useTranslation } from "react-i18next";
import type { AppointmentStatus } from "../../db/types.ts";
import { Icon } from "../../ui/index.ts";
import { STEPS, stepsDone } from "./steps.ts";

/** Where the job stands: accept, travel, start, complete. */
export function StepLine({ status }: { status: AppointmentStatus }) {
  const { t } = useTranslation("jobs");
  const done = stepsDone(status);
  return (
    <ol className="step-line" aria-label={t("progress")}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          className="step"
          data-done={index < done || undefined}
          aria-current={index === done ? "step" : undefined}
        >
          <span className="step-dot">{index < done ? <Icon name="check" size={14} /> : index + 1}</span>
          <span className="step-name">{t(`step.${step}`)}</span>
        </li>
      ))}
    </ol>
  );
}
