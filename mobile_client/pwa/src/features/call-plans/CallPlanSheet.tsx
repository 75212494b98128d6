import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../db/hooks.ts";
import type { Account, User } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import { minorDigits } from "../../ui/format.ts";
import { Button, Facts, Select, Sheet, showToast, TextField, useFormat } from "../../ui/index.ts";
import { readAmount } from "../observations/draft.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";
import { emptyForm, formOf, howOf, type PlanForm, type PlanHow, type PlanRow, targetOf } from "./callPlans.ts";
import { RhythmFields, TargetFields, TimeFields } from "./PlanFields.tsx";
import { usePlanWords } from "./usePlanWords.ts";
import "./call-plans.css";

interface CallPlanSheetProps {
  /** The one to change; null for a new one. */
  row: PlanRow | null;
  /** Whom a new one is for, where that is given. */
  account: Account | null;
  reps: readonly User[];
  onClose: () => void;
}

/** How often, when and by whom customers are to be visited. Whom a plan is for never changes. */
export function CallPlanSheet({ row, account, reps, onClose }: CallPlanSheetProps) {
  const { t } = useTranslation("call-plans");
  const format = useFormat();
  const words = usePlanWords();
  const currency = useSession()?.organisation.currency ?? "CHF";
  const [form, setForm] = useState<PlanForm>(() => (row ? formOf(row) : emptyForm(format.today(), account)));
  // Leaving the number and ticking a day are one click: each builds on what the other has set.
  const set = (fields: Partial<PlanForm>) => setForm((before) => ({ ...before, ...fields }));
  const target = targetOf(form, (text) => readAmount(text, minorDigits(currency)));
  const whom = row ? words.whom(row.plan, row.account?.name) : target && words.whom(target, form.account?.name);
  const how = howOf(form, "");
  const suggested = whom ? `${whom}, ${words.often(how)}` : "";
  const { save, toggle, busy, problem } = usePlanSaving({ row, form, suggested, onClose });

  return (
    <Sheet
      title={row ? row.plan.name : t("new")}
      isOpen
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          wide
          busy={busy}
          isDisabled={(!row && !target) || !form.startsOn}
          onPress={() => save(target)}
        >
          {t("save")}
        </Button>
      }
    >
      {problem}
      {row ? (
        <Facts rows={[[t("whom"), whom]]} />
      ) : (
        <TargetFields form={form} onChange={set} fixed={account !== null} wrong={!target} />
      )}
      <RhythmFields form={form} onChange={set} />
      <TimeFields form={form} onChange={set} />
      <Select
        label={t("rep")}
        choices={[{ value: "owner", label: t("byOwner") }, ...reps.map(({ id, name }) => ({ value: id, label: name }))]}
        value={form.repId ?? "owner"}
        onChange={(value) => set({ repId: value === "owner" ? null : value })}
      />
      <TextField label={t("purpose")} value={form.purpose} onChange={(purpose) => set({ purpose })} maxLength={500} />
      <TextField
        label={t("name")}
        value={form.name}
        placeholder={suggested}
        onChange={(name) => set({ name })}
        maxLength={200}
      />
      {row && (
        <Button busy={busy} onPress={toggle}>
          {t(row.plan.enabled ? "switchOff" : "switchOn")}
        </Button>
      )}
    </Sheet>
  );
}

interface Saving {
  row: PlanRow | null;
  form: PlanForm;
  suggested: string;
  onClose: () => void;
}

function usePlanSaving({ row, form, suggested, onClose }: Saving) {
  const { t } = useTranslation("call-plans");
  const create = useOnlineCommand("call_plan.create");
  const update = useOnlineCommand("call_plan.update");
  const end = useOnlineCommand("call_plan.end");
  const { run, busy, problem } = useWhyNot();
  const id = row?.plan.id ?? "";
  const endsOn = form.endsOn || null;

  async function change(how: PlanHow, lastDay: string | null, from: PlanRow) {
    await update({ call_plan_id: id, ...how });
    if (lastDay !== from.plan.ends_on) await end({ call_plan_id: id, ends_on: lastDay });
  }
  /** What is taken back may fail as well: without signal, or because somebody else was there. */
  const undoing = (work: () => Promise<void>) => () => void work().catch(() => showToast(t("notUndone")));

  const save = (target: ReturnType<typeof targetOf>) =>
    run(async () => {
      const how = howOf(form, suggested);
      if (row) {
        await change(how, endsOn, row);
        const before = howOf(formOf(row), row.plan.name);
        showToast(
          t("saved"),
          undoing(() => change(before, row.plan.ends_on, { ...row, plan: { ...row.plan, ends_on: endsOn } })),
        );
      } else if (target) {
        const made = newId();
        await create({ id: made, ...target, ...how, ends_on: endsOn });
        showToast(
          t("made"),
          undoing(() => update({ call_plan_id: made, enabled: false })),
        );
      }
      onClose();
    });

  const toggle = () =>
    run(async () => {
      const enabled = !row?.plan.enabled;
      await update({ call_plan_id: id, enabled });
      showToast(
        t(enabled ? "switchedOn" : "switchedOff"),
        undoing(() => update({ call_plan_id: id, enabled: !enabled })),
      );
      onClose();
    });

  return { save, toggle, busy, problem };
}
