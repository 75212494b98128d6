import { useTranslation } from "react-i18next";
import type { AccountClass } from "../../db/types.ts";
import { WEEKDAYS } from "../../rules/weekdays.ts";
import {
  Button,
  CheckChoice,
  ChipChoice,
  DateTimeField,
  NumberStepper,
  RadioCards,
  Select,
  TextField,
  useFormat,
} from "../../ui/index.ts";
import { AccountPicker } from "../accounts/AccountPicker.tsx";
import type { PlanForm } from "./callPlans.ts";
import { weekdayName } from "./usePlanWords.ts";

interface FieldsProps {
  form: PlanForm;
  onChange: (fields: Partial<PlanForm>) => void;
}

const TARGETS = ["class", "sales", "account"] as const;
const CLASSES: readonly AccountClass[] = ["A", "B", "C"];

/** Whom the plan is for. `wrong`: that is not said yet. */
export function TargetFields({ form, onChange, fixed, wrong }: FieldsProps & { fixed: boolean; wrong: boolean }) {
  const { t } = useTranslation("call-plans");
  if (fixed) return <p>{t("forCustomer", { name: form.account?.name })}</p>;
  return (
    <>
      <RadioCards
        label={t("whom")}
        choices={TARGETS.map((value) => ({ value, label: t(`target.${value}`), detail: t(`targetWhy.${value}`) }))}
        value={form.target}
        onChange={(target) => onChange({ target })}
      />
      {form.target === "class" && (
        <div className="plan-chips">
          <ChipChoice
            label={t("class")}
            choices={CLASSES.map((value) => ({ value, label: t("classIs", { class: value }) }))}
            value={form.accountClass}
            onChange={(accountClass) => onChange({ accountClass })}
          />
        </div>
      )}
      {form.target === "sales" && (
        <div className="plan-pair">
          <TextField
            label={t("from")}
            inputMode="decimal"
            value={form.salesFrom}
            onChange={(salesFrom) => onChange({ salesFrom })}
            hint={t("salesHint")}
          />
          <TextField
            label={t("below")}
            inputMode="decimal"
            value={form.salesBelow}
            onChange={(salesBelow) => onChange({ salesBelow })}
            error={wrong && (form.salesFrom || form.salesBelow) ? t("noAmount") : undefined}
          />
        </div>
      )}
      {form.target === "account" &&
        (form.account ? (
          <div className="plan-customer">
            <span>{form.account.name}</span>
            <Button variant="quiet" onPress={() => onChange({ account: null, siteId: null })}>
              {t("another")}
            </Button>
          </div>
        ) : (
          <AccountPicker
            position={null}
            onPick={({ id, name }, site) => onChange({ account: { id, name }, siteId: site.id })}
          />
        ))}
    </>
  );
}

const MOST = { weeks: 52, month: 20 };

export function RhythmFields({ form, onChange }: FieldsProps) {
  const { t } = useTranslation("call-plans");
  return (
    <div className="plan-chips">
      <ChipChoice
        label={t("often")}
        choices={(["weeks", "month"] as const).map((value) => ({ value, label: t(`rhythm.${value}`) }))}
        value={form.rhythm}
        onChange={(rhythm) => onChange({ rhythm, count: Math.min(form.count, MOST[rhythm]) })}
      />
      <div className="plan-count">
        <NumberStepper
          label={t(`rhythm.${form.rhythm}`)}
          min={1}
          max={MOST[form.rhythm]}
          value={form.count}
          onChange={(count) => onChange({ count })}
        />
        <span>
          {form.rhythm === "weeks" ? t("everyWeeks", { count: form.count }) : t("perMonth", { count: form.count })}
        </span>
      </div>
    </div>
  );
}

const DURATIONS_MIN = [15, 20, 30, 45, 60, 90, 120];

/** On which days, at what time and how long; from when to when. */
export function TimeFields({ form, onChange }: FieldsProps) {
  const { t } = useTranslation("call-plans");
  const { locale } = useFormat();
  const durations = [...new Set([...DURATIONS_MIN, form.durationMin])].sort((a, b) => a - b);
  return (
    <>
      <div className="plan-weekdays">
        <CheckChoice
          label={t("weekdays")}
          choices={WEEKDAYS.map((value) => ({ value, label: weekdayName(value, locale) }))}
          value={form.weekdays}
          onChange={(weekdays) => onChange({ weekdays })}
        />
      </div>
      <div className="plan-pair">
        <DateTimeField
          type="time"
          label={t("notBefore")}
          value={form.timeFrom}
          onChange={(timeFrom) => onChange({ timeFrom })}
        />
        <DateTimeField
          type="time"
          label={t("notAfter")}
          value={form.timeTo}
          onChange={(timeTo) => onChange({ timeTo })}
        />
      </div>
      <Select
        label={t("duration")}
        choices={durations.map((count) => ({ value: String(count), label: t("minutes", { count }) }))}
        value={String(form.durationMin)}
        onChange={(minutes) => onChange({ durationMin: Number(minutes) })}
      />
      <div className="plan-pair">
        <DateTimeField
          type="date"
          label={t("firstDay")}
          value={form.startsOn}
          onChange={(startsOn) => onChange({ startsOn })}
        />
        <DateTimeField
          type="date"
          label={t("lastDay")}
          hint={t("lastDayHint")}
          value={form.endsOn}
          onChange={(endsOn) => onChange({ endsOn })}
          min={form.startsOn}
        />
      </div>
    </>
  );
}
