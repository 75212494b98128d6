import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import { useSession } from "../../db/hooks.ts";
import { dayBounds } from "../../ui/format.ts";
import { EmptyState, List, ListRow, Page, Skeleton, useFormat } from "../../ui/index.ts";
import { labelsOf } from "../../ui/map/content.ts";
import { MapFrame } from "../../ui/map/MapFrame.tsx";
import { usePositionIfAllowed } from "../shared/position.ts";
import { useLocal } from "../shared/useLocal.ts";
import { type AgendaItem, isDone, linkTo, readAgenda } from "./agenda.ts";
import "./day-map.css";

/** A day's stops in their order on the map, and the same as a list. It needs no signal. */
export default function DayMapPage() {
  const { t } = useTranslation("map");
  const format = useFormat();
  const [, navigate] = useLocation();
  const userId = useSession()?.user.id ?? "";
  const date = new URLSearchParams(useSearch()).get("date") ?? format.today();
  const { from, to } = dayBounds(date, format.timeZone);
  const items = useLocal(`agenda/${userId}/${from}`, (db) => readAgenda(db, { userId, from, to }));
  const here = usePositionIfAllowed();
  const content = useMemo(() => ({ ...contentOf(items ?? []), here }), [items, here]);
  const linkOf = (id: string) => {
    const item = items?.find((each) => each.id === id);
    if (item) navigate(linkTo(item), { transition: true });
  };
  return (
    <Page title={t("day")} subtitle={<span className="day-subtitle">{format.day(date)}</span>} backTo="/today" wide>
      {!items && <Skeleton />}
      {items?.length === 0 && (
        <EmptyState icon="map" title={t("emptyDay")}>
          {t("emptyDayWhy")}
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <div className="day-map">
          <MapFrame label={t("day")} content={content} onChoose={linkOf} />
          <List label={t("stops")}>
            {items.map((item, index) => (
              <ListRow
                key={item.id}
                to={linkTo(item)}
                leading={<span className="day-map-turn">{index + 1}</span>}
                title={item.account?.name ?? ""}
                detail={item.site?.position ? item.site.address.city : t("placeless")}
                trailing={<time className="tabular">{format.time(item.startsAt)}</time>}
                muted={isDone(item)}
              />
            ))}
          </List>
        </div>
      )}
    </Page>
  );
}

function contentOf(items: readonly AgendaItem[]) {
  const stops = items.flatMap((item, index) => {
    const position = item.site?.position;
    if (!position) return [];
    const { lat, lng } = position;
    return [{ id: item.id, label: String(index + 1), name: item.account?.name ?? "", done: isDone(item), lat, lng }];
  });
  const sites = items.flatMap(({ site }) => site ?? []);
  return {
    stops,
    labels: labelsOf(sites.map(({ address, position }) => ({ city: address.city ?? null, position }))),
  };
}
