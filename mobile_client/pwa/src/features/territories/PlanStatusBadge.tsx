import { useTranslation } from "react-i18next";
import type { TerritoryPlan } from "../../db/types.ts";
import { Badge, type Tone, useFormat } from "../../ui/index.ts";

const TONES: Record<TerritoryPlan["status"], Tone> = {
  requested: "info",
  proposed: "accent",
  failed: "bad",
  published: "good",
  in_effect: "good",
  discarded: "neutral",
};

/** How far a plan is. */
export function PlanStatusBadge({ plan: { status, starts_on } }: { plan: TerritoryPlan }) {
  const { t } = useTranslation("territories");
  const format = useFormat();
  const day = starts_on ? format.day(starts_on) : "";
  return <Badge tone={TONES[status]}>{t(`status.${status}`, { day })}</Badge>;
}
