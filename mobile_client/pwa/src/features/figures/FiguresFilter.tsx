import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  Button,
  CheckChoice,
  ChipChoice,
  DateTimeField,
  IconButton,
  Select,
  Sheet,
  useFormat,
} from "../../ui/index.ts";
import { type By, type Choice, type Days, daysOf, PERS, SPANS, type Span, USUAL_PER } from "./figures.ts";
import type { Scope } from "./scope.ts";
import { useWrite } from "./useWrite.ts";

interface FilterProps {
  choice: Choice;
  onChange: (choice: Choice) => void;
  scope: Scope | undefined;
  /** Whether the person sees the figures of others. */
  manages: boolean;
}

/** Of what time, cut how, of whom. */
export function FiguresFilter({ choice, onChange, scope, manages }: FilterProps) {
  const { t } = useTranslation("figures");
  const today = useFormat().today();
  const write = useWrite(undefined);
  const [narrowing, setNarrowing] = useState(false);
  const { now } = daysOf(choice, today);
  const groups: By[] = manages ? ["all", "rep", "territory"] : ["all", "territory"];

  function turnTo(span: Span) {
    // Own dates begin with those that were shown.
    onChange({ ...choice, span, back: 0, own: now, per: USUAL_PER[span] });
  }

  return (
    <div className="figures-filter">
      <ChipChoice
        label={t("time")}
        choices={SPANS.map((value) => ({ value, label: t(`span.${value}`) }))}
        value={choice.span}
        onChange={turnTo}
      />
      {choice.span === "own" ? (
        <OwnDates
          key={`${choice.own.from}${choice.own.to}`}
          days={choice.own}
          onChange={(own) => onChange({ ...choice, own })}
        />
      ) : (
        <div className="figures-days">
          <IconButton
            icon="chevron-left"
            label={t("earlier")}
            onPress={() => onChange({ ...choice, back: choice.back + 1 })}
          />
          <span className="tabular" aria-live="polite">
            {write.days(now)}
          </span>
          <IconButton
            icon="chevron-right"
            label={t("later")}
            isDisabled={choice.back === 0}
            onPress={() => onChange({ ...choice, back: choice.back - 1 })}
          />
        </div>
      )}
      <Select
        label={t("per")}
        choices={PERS.map((value) => ({ value, label: t(`each.${value}`) }))}
        value={choice.per}
        onChange={(per) => onChange({ ...choice, per })}
      />
      <Select
        label={t("by")}
        choices={groups.map((value) => ({ value, label: t(`group.${value}`) }))}
        value={choice.by}
        onChange={(by) => onChange({ ...choice, by })}
      />
      {manages && (
        <div className="field">
          <span className="field-label" aria-hidden="true">
            {t("narrow")}
          </span>
          <Button onPress={() => setNarrowing(true)}>
            {choice.repIds.length + choice.territoryIds.length === 0
              ? t("everybody")
              : t("chosen", {
                  reps: t("reps", { count: choice.repIds.length }),
                  territories: t("territories", { count: choice.territoryIds.length }),
                })}
          </Button>
        </div>
      )}
      {narrowing && scope && (
        <NarrowSheet choice={choice} scope={scope} onChange={onChange} onClose={() => setNarrowing(false)} />
      )}
    </div>
  );
}

function OwnDates({ days, onChange }: { days: Days; onChange: (days: Days) => void }) {
  const { t } = useTranslation("figures");
  const [from, setFrom] = useState(days.from);
  const [to, setTo] = useState(days.to);
  const inOrder = from !== "" && to !== "" && from <= to;
  return (
    <>
      <DateTimeField label={t("from")} type="date" value={from} onChange={setFrom} />
      <DateTimeField
        label={t("to")}
        type="date"
        value={to}
        onChange={setTo}
        error={inOrder ? undefined : t("notInOrder")}
      />
      <Button isDisabled={!inOrder} onPress={() => onChange({ from, to })}>
        {t("show")}
      </Button>
    </>
  );
}

function NarrowSheet({
  choice,
  scope,
  onChange,
  onClose,
}: {
  choice: Choice;
  scope: Scope;
  onChange: (choice: Choice) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("figures");
  const [repIds, setRepIds] = useState([...choice.repIds]);
  const [territoryIds, setTerritoryIds] = useState([...choice.territoryIds]);
  const nothing = repIds.length + territoryIds.length === 0;
  return (
    <Sheet
      title={t("narrow")}
      isOpen
      onClose={onClose}
      footer={
        <div className="button-row">
          <Button
            isDisabled={nothing}
            onPress={() => {
              setRepIds([]);
              setTerritoryIds([]);
            }}
          >
            {t("everybody")}
          </Button>
          <Button
            variant="primary"
            onPress={() => {
              onChange({ ...choice, repIds, territoryIds });
              onClose();
            }}
          >
            {t("show")}
          </Button>
        </div>
      }
    >
      <p className="muted">{t("narrowWhy")}</p>
      <CheckChoice
        label={t("whereTerritories")}
        choices={scope.territories.map(({ id, name, depth }) => ({
          value: id,
          label: `${"\u2003".repeat(depth)}${name}`,
        }))}
        value={territoryIds}
        many
        onChange={setTerritoryIds}
      />
      <CheckChoice
        label={t("whoReps")}
        choices={scope.reps.map(({ id, name }) => ({ value: id, label: name }))}
        value={repIds}
        many
        onChange={setRepIds}
      />
    </Sheet>
  );
}
