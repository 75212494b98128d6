import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema.d.ts";
import { useMay } from "../../db/hooks.ts";
import type { AccountClass } from "../../db/types.ts";
import { stateOf } from "../../rules/callPlans.ts";
import { useOnlineAnswer } from "../../sync/useOnlineAnswer.ts";
import { formatDays } from "../../ui/format.ts";
import {
  Badge,
  Button,
  EmptyState,
  LinkButton,
  Page,
  RowContent,
  SearchField,
  Select,
  Skeleton,
  type Tone,
  useFormat,
  VirtualList,
} from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { CallPlanSheet } from "./CallPlanSheet.tsx";
import { chosenPlans, inOrder, type PlanBook, type PlanFilter, type PlanOrder, type PlanRow } from "./callPlans.ts";
import { readPlans } from "./readPlans.ts";
import { usePlanWords } from "./usePlanWords.ts";
import "./call-plans.css";

const TONES: Record<ReturnType<typeof stateOf>, Tone> = {
  current: "good",
  coming: "info",
  over: "neutral",
  off: "neutral",
};

/** All call plans: how often which customers are to be visited. */
export function CallPlansPage() {
  const { t } = useTranslation("call-plans");
  const manages = useMay("visits.manage");
  const book = useLocal("call-plans", readPlans);
  const [filter, setFilter] = useState<PlanFilter>({ search: "", repId: null, territoryId: null, accountClass: null });
  const [order, setOrder] = useState<PlanOrder>("name");
  const [open, setOpen] = useState<PlanRow | "new" | null>(null);
  const counting = useOnlineAnswer<components["schemas"]["Counts"]>(manages ? "/call-cycle/counts" : null);
  const counts = new Map(counting.answer?.items.map(({ call_plan_id, accounts }) => [call_plan_id, accounts]));
  const today = useFormat().today();
  const rows = book && inOrder(chosenPlans(book, filter, today), order, counts);

  return (
    <Page
      wide
      title={t("title")}
      backTo="/me"
      subtitle={rows && t("count", { count: rows.length })}
      footer={
        manages && (
          <div className="button-row">
            <LinkButton to="/call-cycle" icon="sync">
              {t("cycle")}
            </LinkButton>
            <Button variant="primary" icon="plus" onPress={() => setOpen("new")}>
              {t("add")}
            </Button>
          </div>
        )
      }
    >
      {book && book.rows.length > 0 && (
        <Filters book={book} filter={filter} onFilter={setFilter} order={order} onOrder={setOrder} />
      )}
      {!rows && <Skeleton rows={6} />}
      {book && rows?.length === 0 && (
        <EmptyState icon="visit" title={t(book.rows.length > 0 ? "noneFound" : "none")}>
          {t(book.rows.length > 0 ? "noneFoundWhy" : "noneWhy")}
        </EmptyState>
      )}
      {rows && rows.length > 0 && (
        <VirtualList label={t("title")} items={rows} keyOf={({ plan }) => plan.id} rowHeight={86}>
          {(row) => <PlanLine row={row} count={counts.get(row.plan.id)} onOpen={manages ? () => setOpen(row) : null} />}
        </VirtualList>
      )}
      {open && book && (
        <CallPlanSheet
          row={open === "new" ? null : open}
          account={null}
          reps={book.reps}
          onClose={() => {
            setOpen(null);
            counting.again();
          }}
        />
      )}
    </Page>
  );
}

function PlanLine({ row, count, onOpen }: { row: PlanRow; count: number | undefined; onOpen: (() => void) | null }) {
  const { t } = useTranslation("call-plans");
  const format = useFormat();
  const words = usePlanWords();
  const { plan, account, rep } = row;
  const state = stateOf(plan, format.today());
  const period = plan.ends_on
    ? formatDays(plan.starts_on, plan.ends_on, format.locale)
    : t("since", { from: formatDays(plan.starts_on, plan.starts_on, format.locale) });
  const details = [
    words.often(plan),
    words.when(plan),
    t("minutes", { count: plan.duration_min }),
    rep?.name ?? t("byOwner"),
    period,
  ];
  return (
    <RowContent
      {...(onOpen && { onPress: onOpen })}
      muted={state === "off" || state === "over"}
      title={plan.name}
      detail={
        <>
          <span className="row-line plan-whom">{words.whom(plan, account?.name)}</span>
          <span className="row-line">{details.filter(Boolean).join(" · ")}</span>
        </>
      }
      trailing={
        <span className="plan-state">
          {state !== "current" && <Badge tone={TONES[state]}>{t(`state.${state}`)}</Badge>}
          {state === "current" && count !== undefined && <span>{t("customers", { count })}</span>}
        </span>
      }
    />
  );
}

interface FiltersProps {
  book: PlanBook;
  filter: PlanFilter;
  onFilter: (filter: PlanFilter) => void;
  order: PlanOrder;
  onOrder: (order: PlanOrder) => void;
}

const ANY = "any";
const ORDERS: readonly PlanOrder[] = ["name", "customers", "newest"];
const CLASSES: readonly AccountClass[] = ["A", "B", "C"];

function Filters({ book: { reps, territories }, filter, onFilter, order, onOrder }: FiltersProps) {
  const { t } = useTranslation("call-plans");
  const any = { value: ANY, label: t("any") };
  const idOf = (value: string) => (value === ANY ? null : value);
  const areas = [...territories.values()].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className="plan-filters">
      <SearchField label={t("search")} value={filter.search} onChange={(search) => onFilter({ ...filter, search })} />
      <Select
        label={t("rep")}
        choices={[any, ...reps.map(({ id, name }) => ({ value: id, label: name }))]}
        value={filter.repId ?? ANY}
        onChange={(value) => onFilter({ ...filter, repId: idOf(value) })}
      />
      <Select
        label={t("territory")}
        choices={[any, ...areas.map(({ id, name }) => ({ value: id, label: name }))]}
        value={filter.territoryId ?? ANY}
        onChange={(value) => onFilter({ ...filter, territoryId: idOf(value) })}
      />
      <Select
        label={t("class")}
        choices={[any, ...CLASSES.map((value) => ({ value, label: value }))]}
        value={filter.accountClass ?? ANY}
        onChange={(value) => onFilter({ ...filter, accountClass: idOf(value) as AccountClass | null })}
      />
      <Select
        label={t("order")}
        choices={ORDERS.map((value) => ({ value, label: t(`orderBy.${value}`) }))}
        value={order}
        onChange={onOrder}
      />
    </div>
  );
}
