import { useTranslation } from "react-i18next";
import { useCommand } from "../../sync/useCommand.ts";
import { Banner, Button, List, ListRow, Sheet, Skeleton, showToast, useFormat } from "../../ui/index.ts";
import type { AgendaItem } from "./agenda.ts";
import { type DayPlan, movesOf } from "./dayPlan.ts";
import { useDayPlan } from "./useDayPlan.ts";

interface DayOrderSheetProps {
  open: readonly AgendaItem[];
  isToday: boolean;
  onClose: () => void;
}

/** Proposes the order of the day with the least time on the road. Works without signal. */
export default function DayOrderSheet({ open, isToday, onClose }: DayOrderSheetProps) {
  const { t } = useTranslation("day-order");
  const plan = useDayPlan(open, isToday);
  const reschedule = useCommand("visit.reschedule");
  const moves = plan ? movesOf(plan) : [];

  async function takeOver() {
    for (const { visit_id, planned_start_at } of moves) await reschedule({ visit_id, planned_start_at });
    onClose();
    showToast(t("reordered", { count: moves.length }), async () => {
      for (const { visit_id, before } of moves) await reschedule({ visit_id, planned_start_at: before });
    });
  }

  return (
    <Sheet
      title={t("title")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide icon="check" isDisabled={moves.length === 0} onPress={takeOver}>
          {t("takeOver")}
        </Button>
      }
    >
      {plan ? <Proposal plan={plan} isChange={moves.length > 0} /> : <Skeleton />}
    </Sheet>
  );
}

function Proposal({ plan, isChange }: { plan: DayPlan; isChange: boolean }) {
  const { t } = useTranslation("day-order");
  const format = useFormat();
  const minutes = Math.round(plan.savedS / 60);
  const late = Math.ceil(plan.lateS / 60);
  return (
    <>
      {!isChange && <p>{t("orderIsBest")}</p>}
      {isChange && minutes > 0 && <p>{t("saves", { distance: format.distance(plan.savedMetres), count: minutes })}</p>}
      {isChange && minutes <= 0 && <p>{t(late > 0 ? "lessLate" : "inTime")}</p>}
      {late > 0 && <Banner tone="warn" title={t("lateBy", { count: late })} />}
      <List label={t("title")}>
        {plan.stops.map(({ item, startsAt, moved }) => (
          <ListRow
            key={item.id}
            leading={<time className="agenda-time">{format.time(startsAt)}</time>}
            title={item.account?.name ?? t(item.kind)}
            detail={moved ? t("before", { time: format.time(item.startsAt) }) : t("asItIs")}
          />
        ))}
      </List>
      <p className="muted">{t("orderHow")}</p>
    </>
  );
}
