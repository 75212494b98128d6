import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { TerritoryPlan } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import {
  Banner,
  Button,
  CheckChoice,
  NumberStepper,
  RadioCards,
  Select,
  Sheet,
  TextField,
  useFormat,
} from "../../ui/index.ts";
import { type Land, type TerritoryRow, WORKLOAD } from "./territories.ts";
import { useAsk } from "./useAsk.ts";

const METHODS = ["rebalance", "design"] as const;
const CLASSES = ["A", "B", "C"] as const;
const TOLERANCES = ["2.5", "5", "10"] as const;
const MOST = 200;

/** Asks for a proposal of who is to own the accounts of an area. */
export function ProposeSheet({
  land,
  near,
  onClose,
}: {
  land: Land;
  /** The territory that was being looked at. */
  near: TerritoryRow | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation("territories");
  const format = useFormat();
  const [, navigate] = useLocation();
  const ask = useAsk("territory_plan.propose");
  const areas = land.rows.filter(({ depth, accounts }) => depth === 0 && accounts > 0);
  const [areaId, setAreaId] = useState(near?.territory.area_id ?? areas[0]?.territory.id ?? "");
  const [name, setName] = useState(() => t("propose.defaultName", { day: format.day(format.today()) }));
  const [method, setMethod] = useState<TerritoryPlan["method"]>("rebalance");
  const inArea = land.rows.filter(({ territory, own }) => territory.area_id === areaId && own.length > 0);
  const [left, setLeft] = useState<string[]>([]);
  const chosen = inArea.map(({ territory }) => territory.id).filter((id) => !left.includes(id));
  const [count, setCount] = useState<number | null>(null);
  const [byCallPlans, setByCallPlans] = useState<"hours" | "classes">("hours");
  const [workload, setWorkload] = useState(WORKLOAD);
  const [tolerance, setTolerance] = useState<(typeof TOLERANCES)[number]>("2.5");
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const enough = chosen.length >= (method === "rebalance" ? 2 : 1) && CLASSES.some((each) => workload[each] > 0);

  async function propose() {
    const id = newId();
    setBusy(true);
    const reason = await ask({
      id,
      name: name.trim(),
      territory_ids: chosen,
      method,
      territories: method === "design" ? (count ?? chosen.length) : null,
      workload,
      by_call_plans: byCallPlans === "hours",
      tolerance_pct: Number(tolerance),
    });
    setBusy(false);
    setRefused(reason);
    if (!reason) navigate(`/territory-plans/${id}`, { transition: true });
  }

  return (
    <Sheet
      title={t("propose.title")}
      isOpen
      onClose={onClose}
      footer={
        <>
          {refused && <Banner tone="bad" title={refused} />}
          {!enough && <p className="muted">{t("propose.tooFew")}</p>}
          <Button variant="primary" wide busy={busy} isDisabled={!enough || name.trim() === ""} onPress={propose}>
            {t("propose.confirm")}
          </Button>
        </>
      }
    >
      <RadioCards
        label={t("propose.method")}
        choices={METHODS.map((value) => ({
          value,
          label: t(`propose.${value}`),
          detail: t(`propose.${value}Why`),
        }))}
        value={method}
        onChange={setMethod}
      />
      {areas.length > 1 && (
        <Select
          label={t("propose.area")}
          choices={areas.map(({ territory }) => ({ value: territory.id, label: territory.name }))}
          value={areaId}
          onChange={(id) => {
            setAreaId(id);
            setLeft([]);
          }}
        />
      )}
      <CheckChoice
        many
        label={t("propose.which")}
        choices={inArea.map(({ territory, own }) => ({
          value: territory.id,
          label: territory.name,
          detail: t("accounts", { count: own.length }),
        }))}
        value={chosen}
        onChange={(values) => setLeft(inArea.map(({ territory }) => territory.id).filter((id) => !values.includes(id)))}
      />
      {method === "design" && (
        <Numbered label={t("propose.howMany")}>
          <NumberStepper
            label={t("propose.howMany")}
            value={count ?? chosen.length}
            onChange={setCount}
            min={1}
            max={MOST}
          />
        </Numbered>
      )}
      <RadioCards
        label={t("propose.work")}
        choices={(["hours", "classes"] as const).map((value) => ({
          value,
          label: t(`propose.${value}`),
          detail: t(`propose.${value}Why`),
        }))}
        value={byCallPlans}
        onChange={setByCallPlans}
      />
      <fieldset className="workload">
        <legend className="field-label">{t("propose.weights")}</legend>
        <p className="field-hint">{t("propose.weightsWhy")}</p>
        {CLASSES.map((each) => (
          <Numbered key={each} label={t("propose.class", { class: each })}>
            <NumberStepper
              label={t("propose.class", { class: each })}
              value={workload[each]}
              onChange={(value) => setWorkload({ ...workload, [each]: value })}
              max={1000}
            />
          </Numbered>
        ))}
      </fieldset>
      <Select
        label={t("propose.tolerance")}
        choices={TOLERANCES.map((value) => ({
          value,
          label: t("propose.within", { pct: Number(value).toLocaleString(format.locale) }),
        }))}
        value={tolerance}
        onChange={setTolerance}
      />
      <TextField label={t("propose.name")} value={name} onChange={setName} maxLength={200} />
    </Sheet>
  );
}

function Numbered({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="numbered">
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  );
}
