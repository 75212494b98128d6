import { useTranslation } from "react-i18next";
import type { Position } from "../../db/types.ts";
import { distanceM } from "../../rules/travel.ts";
import { ActionLink, Badge, Card, Icon, LinkButton, ListRow, useFormat } from "../../ui/index.ts";
import { AppointmentStatusBadge, PriorityBadge } from "../jobs/JobBadges.tsx";
import { AddressText } from "../shared/AddressText.tsx";
import { type Marks, RecordMark } from "../shared/marks.tsx";
import { navigationLink } from "../shared/place.ts";
import { VisitStatusBadge } from "../visits/VisitStatusBadge.tsx";
import { type AgendaItem, isDone, linkTo } from "./agenda.ts";

interface AgendaItemProps {
  item: AgendaItem;
  marks: Marks;
  position: Position | null;
}

function useWhat(item: AgendaItem): string {
  const { t } = useTranslation("today");
  if (item.kind === "job") return item.workOrder?.title ?? t("job");
  return item.visit.purpose || t("visit");
}

export function AgendaBadges({ item, marks }: Omit<AgendaItemProps, "position">) {
  const { t } = useTranslation("today");
  return (
    <span className="badges">
      {item.kind === "visit" ? (
        <>
          <VisitStatusBadge status={item.visit.status} />
          {item.visit.kind === "phone" && <Badge icon="phone">{t("byPhone")}</Badge>}
          {item.visit.unplanned && <Badge>{t("unplanned")}</Badge>}
          <RecordMark marks={marks} entity="visit" id={item.id} />
        </>
      ) : (
        <>
          <AppointmentStatusBadge status={item.appointment.status} />
          {item.workOrder && <PriorityBadge priority={item.workOrder.priority} />}
          <RecordMark marks={marks} entity="appointment" id={item.id} />
        </>
      )}
    </span>
  );
}

function useDistance(item: AgendaItem, position: Position | null): string | null {
  const format = useFormat();
  return position && item.site?.position ? format.distance(distanceM(position, item.site.position)) : null;
}

export function AgendaRow({ item, marks, position }: AgendaItemProps) {
  const format = useFormat();
  const distance = useDistance(item, position);
  const what = useWhat(item);
  return (
    <ListRow
      to={linkTo(item)}
      plain
      muted={isDone(item)}
      leading={<time className="agenda-time">{format.time(item.startsAt)}</time>}
      title={item.account?.name ?? what}
      detail={
        <>
          <span className="row-line">{what}</span>
          {item.site && (
            <span className="row-line">
              <AddressText address={item.site.address} />
              {distance && <span className="nowrap"> · {distance}</span>}
            </span>
          )}
          <AgendaBadges item={item} marks={marks} />
        </>
      }
    />
  );
}

/** What to do next, large, with the way there. */
export function NextStop({ item, marks, position }: AgendaItemProps) {
  const { t } = useTranslation("today");
  const format = useFormat();
  const distance = useDistance(item, position);
  const what = useWhat(item);
  const way = item.site && navigationLink(item.site);
  const name = item.account?.name ?? what;
  return (
    <Card>
      <div className="next-stop">
        <div className="next-stop-text">
          <p className="next-stop-time">
            <Icon name={item.kind === "visit" ? "visit" : "job"} size={18} />
            <time>{format.time(item.startsAt)}</time>
            {distance && <span className="muted">· {distance}</span>}
          </p>
          <h3 className="next-stop-name">{name}</h3>
          <p>{what}</p>
          {item.site && (
            <p className="muted">
              <AddressText address={item.site.address} />
            </p>
          )}
        </div>
        {way && <ActionLink href={way} icon="navigate" label={t("route")} name={t("routeTo", { name })} />}
      </div>
      <AgendaBadges item={item} marks={marks} />
      <LinkButton to={linkTo(item)} variant="primary" wide>
        {t(item.kind === "visit" ? "openVisit" : "openJob")}
      </LinkButton>
    </Card>
  );
}
