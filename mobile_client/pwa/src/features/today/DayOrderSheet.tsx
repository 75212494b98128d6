import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { getDocument } from "../../db/documents.ts";
import { useSession } from "../../db/hooks.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Banner, Button, List, ListRow, Sheet, Skeleton, showToast, useFormat } from "../../ui/index.ts";
import { usePositionIfAllowed } from "../shared/position.ts";
import { useLocal } from "../shared/useLocal.ts";
import type { AgendaItem } from "./agenda.ts";
import { type DayPlan, movesOf, planDay } from "./dayPlan.ts";

interface DayOrderSheetProps {
  open: readonly AgendaItem[];
  isToday: boolean;
  onClose: () => void;
}

/** Proposes the order of the day with the least time on the road. Works without signal. */
export default function DayOrderSheet({ open, isToday, onClose }: DayOrderSheetProps) {
  const { t } = useTranslation("today");
  const plan = usePlan(open, isToday);
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
      title={t("bestOrder")}
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

function usePlan(open: readonly AgendaItem[], isToday: boolean): DayPlan | null {
  const session = useSession();
  const position = usePositionIfAllowed();
  const known = useLocal(`travel/${session?.user.id}`, async (db) => {
    const [organisation, user] = await Promise.all([
      getDocument(db, "organisation", session?.organisation.id ?? ""),
      getDocument(db, "user", session?.user.id ?? ""),
    ]);
    return { organisation, home: user?.home ?? null };
  });
  return useMemo(() => {
    if (!known?.organisation) return null;
    const { organisation, home } = known;
    // On another day one sets out from home, in time for the first stop.
    const now = isToday ? new Date().toISOString() : new Date(0).toISOString();
    return planDay(open, { profile: organisation, from: isToday ? (position ?? home) : home, home, now });
  }, [known, open, isToday, position]);
}

function Proposal({ plan, isChange }: { plan: DayPlan; isChange: boolean }) {
  const { t } = useTranslation("today");
  const format = useFormat();
  const minutes = Math.round(plan.savedS / 60);
  const late = Math.ceil(plan.lateS / 60);
  return (
    <>
      {!isChange && <p>{t("orderIsBest")}</p>}
      {isChange && minutes > 0 && <p>{t("saves", { distance: format.distance(plan.savedMetres), count: minutes })}</p>}
      {isChange && minutes <= 0 && <p>{t(late > 0 ? "lessLate" : "inTime")}</p>}
      {late > 0 && <Banner tone="warn" title={t("lateBy", { count: late })} />}
      <List label={t("bestOrder")}>
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
