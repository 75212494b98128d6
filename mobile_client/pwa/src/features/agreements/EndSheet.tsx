import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agreement } from "../../db/types.ts";
import { useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import { Button, DateTimeField, Sheet, showToast, TextArea, useFormat } from "../../ui/index.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";

/** Ends an agreement before its time. */
export function EndSheet({ agreement, onClose }: { agreement: Agreement; onClose: () => void }) {
  const { t } = useTranslation("agreements");
  const format = useFormat();
  const end = useOnlineCommand("agreement.end");
  const { run, busy, problem } = useWhyNot();
  const [endsOn, setEndsOn] = useState(format.today());
  const [reason, setReason] = useState("");
  const wrong = endsOn < agreement.starts_on || endsOn > agreement.ends_on;

  const save = () =>
    run(async () => {
      await end({ agreement_id: agreement.id, ends_on: endsOn, reason: reason.trim() });
      onClose();
      showToast(t("endedNow"));
    });

  return (
    <Sheet
      title={t("end")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="danger" wide busy={busy} isDisabled={wrong || !reason.trim()} onPress={save}>
          {t("end")}
        </Button>
      }
    >
      {problem}
      <DateTimeField
        label={t("lastDay")}
        type="date"
        min={agreement.starts_on}
        value={endsOn}
        onChange={setEndsOn}
        error={wrong ? t("wrongEnd") : undefined}
      />
      <TextArea label={t("endReason")} value={reason} onChange={setReason} rows={2} maxLength={500} />
    </Sheet>
  );
}
