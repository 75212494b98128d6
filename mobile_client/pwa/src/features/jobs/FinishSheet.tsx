import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Button, RadioCards, Sheet, showToast, TextArea } from "../../ui/index.ts";
import { readPosition } from "../shared/position.ts";
import type { JobDraft } from "./JobSheets.tsx";
import { PartsPicker } from "./PartsPicker.tsx";

interface FinishSheetProps {
  appointmentId: Id;
  /** The rest is left for another appointment, and why must be said. */
  partly: boolean;
  reasons: readonly string[];
  draft: JobDraft;
  onDraft: (draft: JobDraft) => void;
  onDraftHandled: () => void;
  onClose: () => void;
}

/** What was done and which parts it took. */
export function FinishSheet({
  appointmentId,
  partly,
  reasons,
  draft,
  onDraft,
  onDraftHandled,
  onClose,
}: FinishSheetProps) {
  const { t } = useTranslation("jobs");
  const complete = useCommand("appointment.complete");
  const completePartially = useCommand("appointment.complete_partially");
  const [reason, setReason] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function finish() {
    setBusy(true);
    const result = {
      appointment_id: appointmentId,
      notes: draft.notes.trim() || null,
      parts: draft.parts.map(({ id, product_id, quantity }) => ({ id, product_id, quantity })),
    };
    if (!partly) await complete({ ...result, position: await readPosition() });
    else if (reason) await completePartially({ ...result, reason, next_appointment_id: newId() });
    onDraftHandled();
    onClose();
    showToast(t(partly ? "done.complete_partially" : "done.complete"));
  }

  return (
    <Sheet
      title={t(partly ? "action.complete_partially" : "finishTitle")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide icon="check" busy={busy} isDisabled={partly && !reason} onPress={finish}>
          {t(partly ? "finishPartly" : "finish")}
        </Button>
      }
    >
      {partly && (
        <RadioCards
          label={t("whyPartly")}
          choices={reasons.map((value) => ({ value, label: value }))}
          value={reason}
          onChange={setReason}
        />
      )}
      <TextArea
        label={t("workDone")}
        placeholder={t("workDoneExample")}
        value={draft.notes}
        onChange={(notes) => onDraft({ ...draft, notes })}
      />
      <PartsPicker parts={draft.parts} onChange={(parts) => onDraft({ ...draft, parts })} />
    </Sheet>
  );
}
