import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema.d.ts";
import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import { useMay } from "../../db/hooks.ts";
import type { Id } from "../../db/types.ts";
import { useOnlineAnswer } from "../../sync/useOnlineAnswer.ts";
import { formatDays } from "../../ui/format.ts";
import {
  Badge,
  Banner,
  Button,
  ChipChoice,
  EmptyState,
  Page,
  RowContent,
  Select,
  Skeleton,
  useFormat,
  VirtualList,
} from "../../ui/index.ts";
import { csvOf, saveCsv } from "../shared/csv.ts";
import { useLocal } from "../shared/useLocal.ts";
import { chosenServices, type Service, type ServiceFilter } from "./callCycle.ts";
import "./call-cycle.css";

const WEEKS = ["4", "13", "26", "52"];

/** The customers who got fewer or more visits than their call plan says, and why. */
export function ServicePage() {
  const { t } = useTranslation("call-cycle");
  const manages = useMay("visits.manage");
  const [weeks, setWeeks] = useState("13");
  const [filter, setFilter] = useState<ServiceFilter>({ standing: "under", repId: null, territoryId: null });
  const { answer, failed, again } = useOnlineAnswer<components["schemas"]["BadlyServed"]>(
    manages ? `/call-cycle/service?weeks=${weeks}` : null,
  );
  const land = useLocal("service-land", readLand);
  const shown = answer && land && chosenServices(answer.items, filter, land.accounts, land.territories);
  const nameOf = (repId: Id | null) => (repId && land?.people.get(repId)) ?? "";

  function save() {
    const heads = ["customer", "rep", "due", "made", "missed", "calledOff", "lastMade", "reasons"] as const;
    const lines = (shown ?? []).map((one) => [
      one.name,
      nameOf(one.rep_id),
      ...[one.due, one.made, one.missed, one.called_off].map(String),
      one.last_made_on ?? "",
      one.reasons.map((reason) => t(`short.${reason}`)).join(", "),
    ]);
    saveCsv(t("service"), csvOf([heads.map((head) => t(`head.${head}`)), ...lines]));
  }

  return (
    <Page
      wide
      title={t("service")}
      backTo="/call-cycle"
      subtitle={shown && t("found", { count: shown.length })}
      footer={
        shown &&
        shown.length > 0 && (
          <Button icon="download" onPress={save}>
            CSV
          </Button>
        )
      }
    >
      <ChipChoice
        label={t("standingLabel")}
        choices={(["under", "over", "both"] as const).map((value) => ({ value, label: t(`standing.${value}`) }))}
        value={filter.standing}
        onChange={(standing) => setFilter({ ...filter, standing })}
      />
      <div className="service-filters">
        <Select
          label={t("period")}
          choices={WEEKS.map((value) => ({ value, label: t("weeks", { count: Number(value) }) }))}
          value={weeks}
          onChange={setWeeks}
        />
        <AnySelect
          label={t("rep")}
          choices={land?.reps ?? []}
          value={filter.repId}
          onChange={(repId) => setFilter({ ...filter, repId })}
        />
        <AnySelect
          label={t("territory")}
          choices={[...(land?.territories.values() ?? [])].sort((a, b) => a.name.localeCompare(b.name))}
          value={filter.territoryId}
          onChange={(territoryId) => setFilter({ ...filter, territoryId })}
        />
      </div>
      {failed && (
        <Banner tone="warn" title={t("offline")} action={<Button onPress={again}>{t("again")}</Button>}>
          {t("offlineWhy")}
        </Banner>
      )}
      {!shown && !failed && manages && <Skeleton rows={6} />}
      {shown?.length === 0 && (
        <EmptyState icon="check" title={t("wellServed")}>
          {t("wellServedWhy")}
        </EmptyState>
      )}
      {shown && shown.length > 0 && (
        <VirtualList label={t("service")} items={shown} keyOf={({ account_id }) => account_id} rowHeight={86}>
          {(one) => <ServiceLine one={one} rep={nameOf(one.rep_id)} />}
        </VirtualList>
      )}
    </Page>
  );
}

function ServiceLine({ one, rep }: { one: Service; rep: string }) {
  const { t } = useTranslation("call-cycle");
  const { locale } = useFormat();
  const last = one.last_made_on
    ? t("lastMade", { day: formatDays(one.last_made_on, one.last_made_on, locale) })
    : t("neverMade");
  return (
    <RowContent
      to={`/accounts/${one.account_id}`}
      title={one.name}
      detail={
        <>
          <span className="row-line">{[rep, last].filter(Boolean).join(" · ")}</span>
          <span className="badges">
            {one.reasons.map((reason) => (
              <Badge key={reason} tone={one.standing === "under" ? "warn" : "info"}>
                {t(`short.${reason}`)}
              </Badge>
            ))}
          </span>
        </>
      }
      trailing={<span className="tabular">{t("madeOf", { made: one.made, due: one.due })}</span>}
    />
  );
}

interface AnySelectProps {
  label: string;
  choices: readonly { id: Id; name: string }[];
  value: Id | null;
  onChange: (value: Id | null) => void;
}

const ANY = "any";

function AnySelect({ label, choices, value, onChange }: AnySelectProps) {
  const { t } = useTranslation("call-cycle");
  return (
    <Select
      label={label}
      choices={[{ value: ANY, label: t("any") }, ...choices.map(({ id, name }) => ({ value: id, label: name }))]}
      value={value ?? ANY}
      onChange={(chosen) => onChange(chosen === ANY ? null : chosen)}
    />
  );
}

async function readLand(db: Database) {
  const [accounts, territories, users] = await Promise.all([
    listDocuments(db, "account", {}),
    listDocuments(db, "territory", {}),
    listDocuments(db, "user", {}),
  ]);
  return {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    territories: new Map(territories.map((territory) => [territory.id, territory])),
    people: new Map(users.map(({ id, name }) => [id, name])),
    reps: users
      .filter(({ active, roles }) => active && roles.includes("rep"))
      .sort((a, b) => a.name.localeCompare(b.name)),
  };
}
