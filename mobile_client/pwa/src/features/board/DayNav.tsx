import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addDays } from "../../ui/format.ts";
import { Button, IconButton, useFormat } from "../../ui/index.ts";
import PickDateSheet from "../today/PickDateSheet.tsx";

/** The day before, the day that is shown, the day after; and today. */
export function DayNav({ date, onChange }: { date: string; onChange: (date: string) => void }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const [picking, setPicking] = useState(false);
  return (
    <div className="day-nav">
      <Button isDisabled={date === format.today()} onPress={() => onChange(format.today())}>
        {t("today")}
      </Button>
      <IconButton icon="back" label={t("previousDay")} onPress={() => onChange(addDays(date, -1))} />
      <Button
        variant="quiet"
        icon="calendar"
        aria-label={t("pickDay", { day: format.day(date) })}
        onPress={() => setPicking(true)}
      >
        <span className="day-nav-date tabular">{format.day(date)}</span>
      </Button>
      <IconButton icon="chevron-right" label={t("nextDay")} onPress={() => onChange(addDays(date, 1))} />
      {picking && <PickDateSheet date={date} onPick={onChange} onClose={() => setPicking(false)} />}
    </div>
  );
}
