import { useTranslation } from "react-i18next";
import type { VisitStatus } from "../../db/types.ts";
import { Badge, type Tone } from "../../ui/index.ts";

const TONES: Record<VisitStatus, Tone> = {
  planned: "neutral",
  confirmed: "info",
  in_progress: "accent",
  completed: "good",
  missed: "warn",
  canceled: "neutral",
};

export function VisitStatusBadge({ status }: { status: VisitStatus }) {
  const { t } = useTranslation("visit-states");
  return <Badge tone={TONES[status]}>{t(status)}</Badge>;
}
