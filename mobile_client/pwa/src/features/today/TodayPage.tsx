import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import { useMay, useSession } from "../../db/hooks.ts";
import { lazyScreen } from "../../i18n/lazyScreen.ts";
import { addDays, dayBounds } from "../../ui/format.ts";
import { Button, EmptyState, IconButton, List, Page, Section, Skeleton, useFormat } from "../../ui/index.ts";
import { useMarks } from "../shared/marks.tsx";
import { usePositionIfAllowed } from "../shared/position.ts";
import { useLocal } from "../shared/useLocal.ts";
import { AgendaRow, NextStop } from "./AgendaRow.tsx";
import { isDone, nextItem, openStops, readAgenda } from "./agenda.ts";
import { DaySwitch } from "./DaySwitch.tsx";

const UnplannedVisit = lazyScreen(() => import("../visits/UnplannedVisit.tsx"));
const TasksOfDay = lazyScreen(() => import("../tasks/TasksOfDay.tsx"));
const DayOffNote = lazyScreen(() => import("../working-time/DayOffNote.tsx"));
const RestOfDay = lazyScreen(() => import("../who-next/RestOfDay.tsx"));
const DayOrderSheet = lazyScreen(() => import("./DayOrderSheet.tsx"));
const PickDateSheet = lazyScreen(() => import("./PickDateSheet.tsx"));

const WORTH_ORDERING = 3;

export function TodayPage() {
  const { t } = useTranslation("today");
  const format = useFormat();
  const userId = useSession()?.user.id ?? "";
  const today = format.today();
  const [date, setDate] = useState(new URLSearchParams(useSearch()).get("date") ?? today);
  const [, navigate] = useLocation();
  const [sheet, setSheet] = useState<"date" | "order" | "visit" | null>(null);
  const mayVisit = useMay("visits.work");
  const marks = useMarks();
  const position = usePositionIfAllowed();
  const { from, to } = dayBounds(date, format.timeZone);
  const items = useLocal(`agenda/${userId}/${from}`, (db) => readAgenda(db, { userId, from, to }));
  const next = date === today && items ? nextItem(items) : null;
  const open = openStops(items ?? []);
  const rest = items?.filter((item) => item !== next) ?? [];

  return (
    <Page
      title={t("title")}
      subtitle={<span className="day-subtitle">{format.day(date)}</span>}
      actions={
        <>
          <IconButton
            icon="map"
            label={t("map")}
            onPress={() => navigate(`/today/map?date=${date}`, { transition: true })}
          />
          <IconButton icon="week" label={t("week")} onPress={() => navigate("/week", { transition: true })} />
          <IconButton icon="calendar" label={t("pickDate")} onPress={() => setSheet("date")} />
        </>
      }
    >
      <DaySwitch today={today} date={date} onChange={setDate} />
      <Suspense fallback={null}>
        <DayOffNote day={date} userId={userId} />
      </Suspense>
      {!items && <Skeleton />}
      {items?.length === 0 && (
        <EmptyState icon="today" title={t(date === today ? "nothingToday" : "nothingThatDay")}>
          {t("nothingWhy")}
        </EmptyState>
      )}
      {next && (
        <Section title={t("next")}>
          <NextStop item={next} marks={marks} position={position} />
        </Section>
      )}
      {items && items.length > 0 && !next && date === today && <p className="muted day-done">{t("allDone")}</p>}
      {rest.length > 0 && (
        <Section title={t(next ? "stops" : "dayStops", { count: rest.length, done: rest.filter(isDone).length })}>
          <List label={t("agenda")}>
            {rest.map((item) => (
              <AgendaRow key={item.id} item={item} marks={marks} position={position} />
            ))}
          </List>
        </Section>
      )}
      {/* Loaded after the agenda: the stops of the day come first. */}
      <Suspense fallback={null}>
        <TasksOfDay date={date} from={from} />
      </Suspense>
      {mayVisit && items && (date === today || date === addDays(today, 1)) && (
        <Suspense fallback={null}>
          <RestOfDay
            key={date}
            date={date}
            open={open}
            isToday={date === today}
            position={position}
            onOrder={() => setSheet("order")}
          />
        </Suspense>
      )}
      {mayVisit && date >= today && open.length >= WORTH_ORDERING && (
        <Button icon="route" onPress={() => setSheet("order")}>
          {t("bestOrder")}
        </Button>
      )}
      {mayVisit && (
        <Button icon="plus" onPress={() => setSheet("visit")}>
          {t("unplannedVisit")}
        </Button>
      )}
      {/* Loaded when first opened: the day must be on the screen before anything else. */}
      <Suspense fallback={null}>
        {sheet === "visit" && <UnplannedVisit onClose={() => setSheet(null)} position={position} />}
        {sheet === "order" && <DayOrderSheet open={open} isToday={date === today} onClose={() => setSheet(null)} />}
        {sheet === "date" && <PickDateSheet date={date} onPick={setDate} onClose={() => setSheet(null)} />}
      </Suspense>
    </Page>
  );
}
