import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agreement } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import {
  Button,
  CheckChoice,
  DateTimeField,
  Sheet,
  showToast,
  TextArea,
  TextField,
  useFormat,
} from "../../ui/index.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";
import type { Covered } from "./AgreementsOfAccount.tsx";
import { newTerms, problemsOf, renewalOf, type TermsDraft, type TermsProblem, termsOf, toTerms } from "./terms.ts";

type TermsSheetProps = Covered & { onClose: () => void } & (
    | { purpose: "create"; agreement?: undefined }
    | { purpose: "update" | "renew"; agreement: Agreement }
  );

/** What is agreed on: of a new agreement, of one that is changed, or of the one that renews it. */
export function TermsSheet({ account, sites, assets, purpose, agreement, onClose }: TermsSheetProps) {
  const { t } = useTranslation("agreements");
  const format = useFormat();
  const create = useOnlineCommand("agreement.create");
  const update = useOnlineCommand("agreement.update");
  const { run, busy, problem } = useWhyNot();
  const [draft, setDraft] = useState<TermsDraft>(() => {
    if (!agreement) return newTerms(format.today());
    return purpose === "renew" ? renewalOf(agreement) : termsOf(agreement);
  });
  const problems = problemsOf(draft);
  const set = (change: Partial<TermsDraft>) => setDraft({ ...draft, ...change });
  const wrong = (field: TermsProblem) => (problems.has(field) ? t(`wrong.${field}`) : undefined);

  const save = () =>
    run(async () => {
      const terms = toTerms(draft);
      if (agreement && purpose === "update") await update({ agreement_id: agreement.id, ...terms });
      else await create({ id: newId(), account_id: account.id, renews_id: agreement?.id ?? null, ...terms });
      onClose();
      showToast(t("saved"));
    });

  const hours = (field: "response_hours" | "fix_hours" | "visits_per_year", label: string) => (
    <TextField
      label={label}
      inputMode="numeric"
      value={draft[field]}
      onChange={(value) => set({ [field]: value })}
      error={wrong(field)}
    />
  );
  const named = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });

  return (
    <Sheet
      title={t(`title.${purpose}`)}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide busy={busy} isDisabled={problems.size > 0} onPress={save}>
          {t("save")}
        </Button>
      }
    >
      {problem}
      <TextField label={t("name")} value={draft.name} onChange={(name) => set({ name })} maxLength={200} />
      <TextArea label={t("coverage")} value={draft.coverage} onChange={(coverage) => set({ coverage })} rows={3} />
      {sites.length > 0 && (
        <CheckChoice
          many
          label={t("sites")}
          choices={sites.map(named)}
          value={draft.site_ids}
          onChange={(site_ids) => set({ site_ids })}
        />
      )}
      {assets.length > 0 && (
        <CheckChoice
          many
          label={t("assets")}
          choices={assets.map(named)}
          value={draft.asset_ids}
          onChange={(asset_ids) => set({ asset_ids })}
        />
      )}
      <p className="muted">{t("nothingChosen")}</p>
      {hours("response_hours", t("responseHours"))}
      {hours("fix_hours", t("fixHours"))}
      {hours("visits_per_year", t("visitsPerYear"))}
      <DateTimeField
        label={t("firstDay")}
        type="date"
        value={draft.starts_on}
        onChange={(starts_on) => set({ starts_on })}
      />
      <DateTimeField
        label={t("lastDay")}
        type="date"
        min={draft.starts_on}
        value={draft.ends_on}
        onChange={(ends_on) => set({ ends_on })}
        error={wrong("ends_on")}
      />
    </Sheet>
  );
}
