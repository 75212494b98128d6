import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import { useMay, useSession } from "../../db/hooks.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { addDays, dayBounds } from "../../ui/format.ts";
import { Button, IconButton, Page, Select, Skeleton, showToast, useFormat } from "../../ui/index.ts";
import { usePointerDrag } from "../../ui/usePointerDrag.ts";
import { useMarks } from "../shared/marks.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { readAgenda } from "../today/agenda.ts";
import { RescheduleSheet } from "../visits/VisitSheets.tsx";
import { useDayOff } from "../working-time/useDayOff.ts";
import { WeekDay } from "./WeekDay.tsx";
import { byDay, startOn, type VisitItem, weekOf } from "./week.ts";
import "./week.css";

const PlanWeekSheet = lazy(() => import("./PlanWeekSheet.tsx"));

/** A person's week: a list of days on a phone, columns on a desk. Visits are dragged from day to day. */
export default function WeekPage() {
  const { t } = useTranslation("week");
  const format = useFormat();
  const own = useSession()?.user.id ?? "";
  const [userId, setUserId] = useState(own);
  const [date, setDate] = useState(format.today);
  const [moving, setMoving] = useState<VisitItem | null>(null);
  const [planning, setPlanning] = useState(false);
  const goesOut = useMay("visits.work");
  const marks = useMarks();
  const reschedule = useCommand("visit.reschedule");
  const days = weekOf(date);
  const [monday = date, sunday = date] = [days[0], days[6]];
  const { from } = dayBounds(monday, format.timeZone);
  const { to } = dayBounds(sunday, format.timeZone);
  const items = useLocal(`agenda/${userId}/${from}/${to}`, (db) => readAgenda(db, { userId, from, to }));
  const whyOff = useDayOff(userId);
  const planned = byDay(items ?? [], format.timeZone);

  const { drag, ghost, grab } = usePointerDrag<VisitItem, string>({
    placeAt: (x, y) => document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-date]")?.dataset.date ?? null,
    isSame: Object.is,
    onDrop: (item, onto) => void moveTo(item, onto),
    fingers: true,
  });

  async function moveTo({ visit }: VisitItem, onto: string) {
    const before = visit.planned_start_at;
    const planned_start_at = startOn(onto, before, format.timeZone);
    if (planned_start_at === new Date(before).toISOString()) return;
    await reschedule({ visit_id: visit.id, planned_start_at });
    showToast(t("moved", { day: format.day(onto) }), () => {
      void reschedule({ visit_id: visit.id, planned_start_at: before });
    });
  }

  return (
    <Page
      title={t("title")}
      wide
      backTo="/today"
      subtitle={<span className="day-subtitle">{`${format.day(monday)} – ${format.day(sunday)}`}</span>}
    >
      <div className="week-nav">
        <IconButton icon="chevron-left" label={t("previous")} onPress={() => setDate(addDays(monday, -7))} />
        <Button isDisabled={days.includes(format.today())} onPress={() => setDate(format.today())}>
          {t("thisWeek")}
        </Button>
        <IconButton icon="chevron-right" label={t("next")} onPress={() => setDate(addDays(monday, 7))} />
        {goesOut && (
          <Button icon="route" isDisabled={sunday < format.today()} onPress={() => setPlanning(true)}>
            {t("plan")}
          </Button>
        )}
        <WhoseWeek own={own} value={userId} onChange={setUserId} />
      </div>
      {items ? (
        <div className="week">
          {days.map((day) => (
            <WeekDay
              key={day}
              date={day}
              items={planned.get(day) ?? []}
              off={whyOff(day)}
              marks={marks}
              isTarget={drag?.place === day}
              onGrab={grab}
              onMove={setMoving}
            />
          ))}
        </div>
      ) : (
        <Skeleton />
      )}
      <div className="drag-ghost" ref={ghost} data-shown={drag ? "" : undefined} aria-hidden="true">
        {drag && <span className="drag-ghost-title">{drag.item.account?.name ?? t("visit")}</span>}
        {drag?.place && <span className="tabular">{format.day(drag.place)}</span>}
      </div>
      {moving && <RescheduleSheet visit={moving.visit} onClose={() => setMoving(null)} />}
      {planning && (
        <Suspense fallback={null}>
          <PlanWeekSheet userId={userId} from={monday} to={sunday} onClose={() => setPlanning(false)} />
        </Suspense>
      )}
    </Page>
  );
}

/** For those who plan for others, too. */
function WhoseWeek({ own, value, onChange }: { own: string; value: string; onChange: (userId: string) => void }) {
  const { t } = useTranslation("week");
  const plansForOthers = useMay("visits.manage");
  const reps = useLocal("reps", readReps);
  const others = (reps ?? []).filter(({ id }) => id !== own);
  if (!plansForOthers || others.length === 0) return null;
  const choices = [{ value: own, label: t("own") }, ...others.map(({ id, name }) => ({ value: id, label: name }))];
  return <Select label={t("whose")} choices={choices} value={value} onChange={onChange} />;
}

async function readReps(db: Database) {
  const people = await listDocuments(db, "user", {});
  const reps = people.filter(({ active, roles }) => active && roles.includes("rep"));
  return reps.sort((one, other) => one.name.localeCompare(other.name));
}
