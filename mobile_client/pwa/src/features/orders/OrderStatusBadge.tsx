import { useTranslation } from "react-i18next";
import type { OrderStatus } from "../../db/types.ts";
import { Badge, type Tone } from "../../ui/index.ts";

const TONES: Record<OrderStatus, Tone> = {
  placed: "info",
  held: "warn",
  confirmed: "info",
  partly_shipped: "accent",
  shipped: "good",
  invoiced: "good",
  canceled: "neutral",
  rejected: "bad",
};

export function OrderStatusBadge({ status }: { status: OrderStatus }) {
  const { t } = useTranslation("orders");
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>;
}
