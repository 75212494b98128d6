import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import {
  Badge,
  Button,
  EmptyState,
  List,
  ListRow,
  Page,
  RowContent,
  Section,
  Skeleton,
  useFormat,
} from "../../ui/index.ts";
import { MapFrame } from "../../ui/map/MapFrame.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { HandOverSheet } from "./HandOverSheet.tsx";
import { PlanStatusBadge } from "./PlanStatusBadge.tsx";
import { ProposeSheet } from "./ProposeSheet.tsx";
import { readLand } from "./readLand.ts";
import { TerritoryDetails } from "./TerritoryDetails.tsx";
import { type Land, mapOf, type TerritoryRow } from "./territories.ts";
import "./territories.css";

const CHOSEN = "territory";

function addressOf(territoryId: string): string {
  return `/territories?${CHOSEN}=${territoryId}`;
}

/** Who owns which customers where: the tree and the map, and beside them the territory that was chosen. */
export default function TerritoriesPage() {
  const { t } = useTranslation("territories");
  const format = useFormat();
  const today = format.today();
  const [, navigate] = useLocation();
  // Which one is part of the address, but no screen of its own: the map stays as it is.
  const id = new URLSearchParams(useSearch()).get(CHOSEN);
  const [sheet, setSheet] = useState<"propose" | "hand-over" | null>(null);
  // Half of a first sync is no book: territories without their customers.
  const loading = useSyncStatus().firstSync !== null;
  const land = useLocal(`land/${today}`, (db) => readLand(db, today));
  const content = useMemo(() => (land ? mapOf(land) : {}), [land]);
  const chosen = id ? land?.byId.get(id) : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another territory is read from its beginning
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [id]);

  return (
    <Page
      wide
      title={chosen?.territory.name ?? t("title")}
      kicker={chosen && t("title")}
      {...(id && { backTo: "/territories" })}
    >
      {!land || loading ? (
        <Skeleton rows={8} />
      ) : land.rows.length === 0 ? (
        <EmptyState icon="map" title={t("none")}>
          {t("noneWhy")}
        </EmptyState>
      ) : (
        <div className="territories" data-chosen={chosen ? "" : undefined}>
          <div className="territories-list">
            <div className="button-row">
              <Button variant="primary" icon="map" onPress={() => setSheet("propose")}>
                {t("propose.open")}
              </Button>
              <Button icon="customers" onPress={() => setSheet("hand-over")}>
                {t("handOver.open")}
              </Button>
            </div>
            <Plans land={land} />
            <Tree land={land} chosen={id} />
          </div>
          <div className="territories-map">
            <MapFrame
              label={t("map")}
              content={content}
              chosen={id}
              onChoose={(territoryId) => navigate(addressOf(territoryId))}
            />
            {chosen && <TerritoryDetails key={chosen.territory.id} row={chosen} land={land} />}
          </div>
        </div>
      )}
      {land && sheet === "propose" && <ProposeSheet land={land} near={chosen} onClose={() => setSheet(null)} />}
      {land && sheet === "hand-over" && <HandOverSheet land={land} onClose={() => setSheet(null)} />}
    </Page>
  );
}

function Tree({ land, chosen }: { land: Land; chosen: string | null }) {
  const { t } = useTranslation("territories");
  return (
    <Section title={t("tree")}>
      <ul className="list" aria-label={t("tree")}>
        {land.rows.map((row) => (
          <li key={row.territory.id} className="list-item" data-chosen={row.territory.id === chosen || undefined}>
            <RowContent
              to={addressOf(row.territory.id)}
              plain
              leading={
                <Swatch color={row.own.length > 0 || row.territory.polygon ? row.color : null} depth={row.depth} />
              }
              title={row.territory.name}
              detail={<OwnerOf row={row} land={land} />}
              trailing={
                <span className="territory-figures">
                  <span className="tabular">{t("accounts", { count: row.accounts })}</span>
                  <span className="muted tabular">{t("workload", { work: row.workload })}</span>
                </span>
              }
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Swatch({ color, depth = 0 }: { color: string | null; depth?: number }) {
  return (
    <span
      className="swatch"
      style={{ background: color ?? "none", marginInlineStart: `${depth * 1.25}rem` }}
      aria-hidden="true"
    />
  );
}

function OwnerOf({ row: { owner, own }, land }: { row: TerritoryRow; land: Land }) {
  const { t } = useTranslation("territories");
  if (owner) return land.users.get(owner.userId)?.name ?? t("someone");
  return own.length > 0 ? (
    <Badge tone="warn" icon="warning">
      {t("nobody")}
    </Badge>
  ) : null;
}

const SHOWN_PLANS = 5;

function Plans({ land: { plans } }: { land: Land }) {
  const { t } = useTranslation("territories");
  const format = useFormat();
  const open = plans.filter(({ status }) => status !== "discarded").slice(0, SHOWN_PLANS);
  if (open.length === 0) return null;
  return (
    <Section title={t("plans")}>
      <List label={t("plans")}>
        {open.map((plan) => (
          <ListRow
            key={plan.id}
            to={`/territory-plans/${plan.id}`}
            title={plan.name}
            detail={format.dateTime(plan.created_at)}
            trailing={<PlanStatusBadge plan={plan} />}
          />
        ))}
      </List>
    </Section>
  );
}
