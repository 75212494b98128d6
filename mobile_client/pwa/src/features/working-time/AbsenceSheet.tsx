import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Absence, User } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { addDays } from "../../ui/format.ts";
import { Button, DateTimeField, Sheet, showToast, useFormat } from "../../ui/index.ts";
import { RefusedBanner } from "../shared/RefusedBanner.tsx";
import { VisitsOnTheseDays } from "./Absences.tsx";

interface AbsenceSheetProps {
  /** The one to change; null for a new one. */
  absence: Absence | null;
  person: User;
  onClose: () => void;
}

/** From when to when somebody does not work, and what that does to the visits of these days. */
export function AbsenceSheet({ absence, person, onClose }: AbsenceSheetProps) {
  const { t } = useTranslation("working-time");
  const format = useFormat();
  const add = useCommand("absence.add");
  const update = useCommand("absence.update");
  const withdraw = useCommand("absence.withdraw");
  const [from, setFrom] = useState(absence?.starts_on ?? addDays(format.today(), 1));
  const [to, setTo] = useState(absence?.ends_on ?? addDays(format.today(), 1));
  const backwards = to !== "" && to < from;

  async function save() {
    const days = { starts_on: from, ends_on: to };
    if (absence) {
      const { id, starts_on, ends_on } = absence;
      await update({ absence_id: id, ...days });
      showToast(t("changed"), () => void update({ absence_id: id, starts_on, ends_on }));
    } else {
      const id = newId();
      await add({ id, user_id: person.id, ...days });
      showToast(t("added"), () => void withdraw({ absence_id: id }));
    }
    onClose();
  }

  async function takeBack({ id, user_id, starts_on, ends_on }: Absence) {
    await withdraw({ absence_id: id });
    showToast(t("withdrawn"), () => void add({ id: newId(), user_id, starts_on, ends_on }));
    onClose();
  }

  return (
    <Sheet
      title={t(absence ? "changeAbsence" : "newAbsence", { name: person.name })}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide isDisabled={!from || !to || backwards} onPress={save}>
          {t("save")}
        </Button>
      }
    >
      {absence && <RefusedBanner entity="absence" id={absence.id} />}
      <DateTimeField
        type="date"
        label={t("firstDay")}
        value={from}
        onChange={(day) => {
          setFrom(day);
          if (day > to) setTo(day);
        }}
      />
      <DateTimeField
        type="date"
        label={t("lastDay")}
        value={to}
        onChange={setTo}
        min={from}
        error={backwards ? t("backwards") : undefined}
      />
      <p className="muted">{t("seenByAll")}</p>
      {from && to && !backwards && (
        <VisitsOnTheseDays userId={person.id} absence={{ starts_on: from, ends_on: to }} inForm />
      )}
      {absence && (
        <Button icon="discard" onPress={() => takeBack(absence)}>
          {t("withdraw")}
        </Button>
      )}
    </Sheet>
  );
}
