import { type PointerEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Icon, RowContent, useFormat } from "../../ui/index.ts";
import type { Marks } from "../shared/marks.tsx";
import { AgendaBadges } from "../today/AgendaRow.tsx";
import { type AgendaItem, isDone, linkTo } from "../today/agenda.ts";
import { mayMove, minutesOf, type VisitItem } from "./week.ts";

export interface WeekDayProps {
  date: string;
  items: readonly AgendaItem[];
  /** Why the person does not work on it. */
  off: string | null;
  marks: Marks;
  /** What is dragged would land here. */
  isTarget: boolean;
  onGrab: (event: PointerEvent<HTMLElement>, item: VisitItem) => void;
  onMove: (item: VisitItem) => void;
}

/** One day of the week, onto which visits are dragged. */
export function WeekDay({ date, items, off, marks, isTarget, onGrab, onMove }: WeekDayProps) {
  const { t } = useTranslation("week");
  const format = useFormat();
  const isToday = date === format.today();
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    // What lies behind is of less interest, and on a phone it fills the screen.
    if (isToday) section.current?.scrollIntoView();
  }, [isToday]);
  const hours = Math.round(minutesOf(items) / 30) / 2;
  return (
    <section
      ref={section}
      className="week-day"
      data-date={date}
      data-target={isTarget || undefined}
      aria-label={format.day(date)}
      aria-current={isToday ? "date" : undefined}
    >
      <h2 className="week-day-head">
        <span>{format.day(date)}</span>
        {items.length > 0 && (
          <span className="muted">
            {t("load", { count: items.length, hours: hours.toLocaleString(format.locale) })}
          </span>
        )}
      </h2>
      {off && (
        <Badge tone="info" icon="calendar">
          {off}
        </Badge>
      )}
      {items.length === 0 ? (
        <p className="week-day-empty muted">{t("free")}</p>
      ) : (
        <ul className="list">
          {items.map((item) => (
            <WeekRow key={item.id} item={item} marks={marks} onGrab={onGrab} onMove={onMove} />
          ))}
        </ul>
      )}
    </section>
  );
}

type WeekRowProps = Pick<WeekDayProps, "marks" | "onGrab" | "onMove"> & { item: AgendaItem };

function WeekRow({ item, marks, onGrab, onMove }: WeekRowProps) {
  const { t } = useTranslation("week");
  const format = useFormat();
  const name = item.account?.name ?? t(item.kind);
  return (
    <li className="list-item week-row">
      <RowContent
        to={linkTo(item)}
        plain
        muted={isDone(item)}
        leading={<time className="agenda-time">{format.time(item.startsAt)}</time>}
        title={name}
        detail={<AgendaBadges item={item} marks={marks} />}
      />
      {mayMove(item) && (
        <button
          type="button"
          className="week-grip"
          aria-label={t("move", { name })}
          onPointerDown={(event) => onGrab(event, item)}
          onClick={() => onMove(item)}
        >
          <Icon name="grip" size={20} />
        </button>
      )}
    </li>
  );
}
