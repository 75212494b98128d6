import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Order, Visit, VisitOutcome } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { dateOn, instantAt } from "../../ui/format.ts";
import {
  Button,
  DateTimeField,
  RadioCards,
  ReasonSheet,
  Sheet,
  showToast,
  TextArea,
  TextField,
  useFormat,
} from "../../ui/index.ts";
import DayOffNote from "../working-time/DayOffNote.tsx";

export type VisitSheet = "complete" | "reschedule" | "cancel";

interface VisitSheetsProps {
  visit: Visit;
  orders: readonly Order[];
  notes: string;
  onNotes: (notes: string) => void;
  onNotesHandled: () => void;
  sheet: VisitSheet | null;
  onClose: () => void;
}

export function VisitSheets({ sheet, ...rest }: VisitSheetsProps) {
  const { t } = useTranslation("visits");
  const { visit, onClose } = rest;
  const cancel = useCommand("visit.cancel");
  return (
    <>
      {sheet === "complete" && <CheckOutSheet {...rest} />}
      {sheet === "reschedule" && <RescheduleSheet visit={visit} onClose={onClose} />}
      <ReasonSheet
        title={t("cancelVisit")}
        reasons={[t("reasonCustomer"), t("reasonIll"), t("reasonClosed"), t("reasonNoTime")]}
        confirm={t("cancelVisit")}
        isOpen={sheet === "cancel"}
        onClose={onClose}
        onConfirm={(reason) => cancel({ visit_id: visit.id, reason })}
      />
    </>
  );
}

const OUTCOMES: readonly VisitOutcome[] = ["order", "no_order", "follow_up", "not_available"];

function CheckOutSheet({ visit, orders, notes, onNotes, onNotesHandled, onClose }: Omit<VisitSheetsProps, "sheet">) {
  const { t } = useTranslation("visits");
  const format = useFormat();
  const complete = useCommand("visit.complete");
  const createTask = useCommand("task.create");
  const ordered = orders.some(({ status }) => status !== "canceled" && status !== "rejected");
  const [chosen, setChosen] = useState<VisitOutcome | null>(null);
  const outcome = chosen ?? (ordered ? "order" : null);
  const [nextStep, setNextStep] = useState(visit.next_step ?? "");
  const [followUpOn, setFollowUpOn] = useState(visit.follow_up_on ?? "");

  async function checkOut() {
    if (!outcome) return;
    await complete({
      visit_id: visit.id,
      outcome,
      notes: notes || null,
      next_step: nextStep.trim() || null,
      follow_up_on: followUpOn || null,
    });
    if (followUpOn) {
      const title = nextStep.trim() || t("followUpTask");
      await createTask({ id: newId(), title, due_on: followUpOn, source: "visit", source_id: visit.id });
    }
    onNotesHandled();
    onClose();
    showToast(t("checkedOut"));
  }

  return (
    <Sheet
      title={t("checkOut")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide icon="check" isDisabled={!outcome} onPress={checkOut}>
          {t("completeVisit")}
        </Button>
      }
    >
      <RadioCards
        label={t("outcomeLabel")}
        choices={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
        value={outcome}
        onChange={setChosen}
      />
      <TextArea label={t("notes")} value={notes} onChange={onNotes} />
      <TextField label={t("nextStep")} value={nextStep} onChange={setNextStep} placeholder={t("nextStepExample")} />
      <DateTimeField
        type="date"
        label={t("followUp")}
        hint={t("followUpHint")}
        value={followUpOn}
        onChange={setFollowUpOn}
        min={format.today()}
      />
    </Sheet>
  );
}

export function RescheduleSheet({ visit, onClose }: { visit: Visit; onClose: () => void }) {
  const { t } = useTranslation("visits");
  const format = useFormat();
  const reschedule = useCommand("visit.reschedule");
  const [date, setDate] = useState(() => dateOn(new Date(visit.planned_start_at), format.timeZone));
  const [time, setTime] = useState(() => format.time(visit.planned_start_at));

  async function save() {
    const before = visit.planned_start_at;
    await reschedule({ visit_id: visit.id, planned_start_at: instantAt(date, time, format.timeZone).toISOString() });
    onClose();
    showToast(t("rescheduled"), () => void reschedule({ visit_id: visit.id, planned_start_at: before }));
  }

  return (
    <Sheet
      title={t("reschedule")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide isDisabled={!date || !time} onPress={save}>
          {t("save")}
        </Button>
      }
    >
      <div className="field-pair">
        <DateTimeField type="date" label={t("date")} value={date} onChange={setDate} min={format.today()} />
        <DateTimeField type="time" label={t("time")} value={time} onChange={setTime} />
      </div>
      <DayOffNote day={date} userId={visit.rep_id} />
    </Sheet>
  );
}
