import { useTranslation } from "react-i18next";
import { useSession } from "../../db/hooks.ts";
import type { Appointment } from "../../db/types.ts";
import { Badge, ListRow, useFormat } from "../../ui/index.ts";
import { WorkOrderStatusBadge } from "../jobs/JobBadges.tsx";
import { OrderStatusBadge } from "../orders/OrderStatusBadge.tsx";
import { type Marks, RecordMark } from "../shared/marks.tsx";
import { VisitStatusBadge } from "../visits/VisitStatusBadge.tsx";
import type { HistoryItem } from "./history.ts";

interface HistoryRowProps {
  item: HistoryItem;
  appointments: readonly Appointment[];
  marks: Marks;
}

export function HistoryRow({ item, appointments, marks }: HistoryRowProps) {
  const { t } = useTranslation("accounts");
  const format = useFormat();
  const userId = useSession()?.user.id;
  const date = format.date(item.at);
  if (item.kind === "visit") {
    const { visit } = item;
    return (
      <ListRow
        to={`/visits/${visit.id}`}
        icon={visit.kind === "phone" ? "phone" : "visit"}
        title={visit.purpose || t("visit")}
        detail={
          <>
            <span className="badges">
              {date}
              <VisitStatusBadge status={visit.status} />
              {visit.far_away && <Badge tone="warn">{t("visits:farAway")}</Badge>}
              <RecordMark marks={marks} entity="visit" id={visit.id} />
            </span>
            {visit.notes && <span className="clamp">{visit.notes}</span>}
          </>
        }
      />
    );
  }
  if (item.kind === "order") {
    const { order } = item;
    return (
      <ListRow
        to={`/orders/${order.id}`}
        icon="order"
        title={order.number ?? t("order")}
        detail={
          <span className="badges">
            {date}
            <OrderStatusBadge status={order.status} />
            <RecordMark marks={marks} entity="order" id={order.id} />
          </span>
        }
        trailing={<span className="amount">{format.money(order.total_minor, order.currency)}</span>}
      />
    );
  }
  const { workOrder } = item;
  const own = appointments.find((each) => each.work_order_id === workOrder.id && each.technician_id === userId);
  return (
    <ListRow
      {...(own ? { to: `/jobs/${own.id}` } : {})}
      icon="job"
      title={workOrder.title}
      detail={
        <span className="badges">
          {[workOrder.number, date].filter(Boolean).join(" · ")}
          <WorkOrderStatusBadge status={workOrder.status} />
          <RecordMark marks={marks} entity="work_order" id={workOrder.id} />
        </span>
      }
    />
  );
}
