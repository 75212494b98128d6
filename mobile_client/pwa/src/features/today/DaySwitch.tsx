import { useTranslation } from "react-i18next";
import { addDays } from "../../ui/format.ts";
import { ChipChoice, useFormat } from "../../ui/index.ts";

interface DaySwitchProps {
  today: string;
  date: string;
  onChange: (date: string) => void;
}

/** Yesterday, today, tomorrow, and the picked day if it is another. */
export function DaySwitch({ today, date, onChange }: DaySwitchProps) {
  const { t } = useTranslation("today");
  const format = useFormat();
  const near = [
    { value: addDays(today, -1), label: t("yesterday") },
    { value: today, label: t("today") },
    { value: addDays(today, 1), label: t("tomorrow") },
  ];
  const choices = near.some(({ value }) => value === date) ? near : [...near, { value: date, label: format.day(date) }];
  return <ChipChoice label={t("day")} choices={choices} value={date} onChange={onChange} />;
}
