import { useTranslation } from "react-i18next";
import type { Quote } from "../../db/types.ts";
import { Badge, type Tone } from "../../ui/index.ts";

const TONES: Record<Quote["status"], Tone> = {
  open: "info",
  accepted: "good",
  declined: "neutral",
  expired: "warn",
  withdrawn: "neutral",
};

export function QuoteStatusBadge({ status }: { status: Quote["status"] }) {
  const { t } = useTranslation("quotes");
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>;
}
