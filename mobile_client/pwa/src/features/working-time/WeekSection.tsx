import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { User, WorkingWeek } from "../../db/types.ts";
import { WEEKDAYS } from "../../rules/weekdays.ts";
import { type Shift, USUAL_WEEK } from "../../rules/workingTime.ts";
import { useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import {
  Button,
  Card,
  DateTimeField,
  Facts,
  IconButton,
  Section,
  Sheet,
  showToast,
  useFormat,
} from "../../ui/index.ts";
import { weekdayName } from "../call-plans/usePlanWords.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";
import { hoursOf, inOrder, nextShift, shiftsOn } from "./workingTime.ts";

interface WeekSectionProps {
  person: User;
  /** Null: nobody has set it. */
  week: WorkingWeek | null;
  mayEdit: boolean;
}

/** When a person works in every week. */
export function WeekSection({ person, week, mayEdit }: WeekSectionProps) {
  const { t } = useTranslation("working-time");
  const { locale } = useFormat();
  const [editing, setEditing] = useState(false);
  const shifts = week?.shifts ?? USUAL_WEEK;
  const timesOn = (day: (typeof WEEKDAYS)[number]) =>
    shiftsOn(shifts, day)
      .map(({ starts, ends }) => `${starts}–${ends}`)
      .join(", ") || t("free");
  return (
    <Section
      title={t("week")}
      action={
        mayEdit && (
          <Button variant="quiet" icon="edit" onPress={() => setEditing(true)}>
            {t("changeWeek")}
          </Button>
        )
      }
    >
      <Card>
        <Facts rows={WEEKDAYS.map((day) => [weekdayName(day, locale, "long"), timesOn(day)] as const)} />
        <p className="muted">
          {t("hours", { hours: hoursOf(shifts).toLocaleString(locale) })}
          {!week && ` · ${t("usual")}`}
        </p>
      </Card>
      {editing && <WeekSheet person={person} before={shifts} onClose={() => setEditing(false)} />}
    </Section>
  );
}

function WeekSheet({ person, before, onClose }: { person: User; before: readonly Shift[]; onClose: () => void }) {
  const { t } = useTranslation("working-time");
  const { locale } = useFormat();
  const setWeek = useOnlineCommand("working_week.set");
  const { run, busy, problem } = useWhyNot();
  const [shifts, setShifts] = useState<readonly Shift[]>(before);
  const replace = (old: Shift, fields: Partial<Shift>) =>
    setShifts(shifts.map((shift) => (shift === old ? { ...shift, ...fields } : shift)));

  const save = () =>
    run(async () => {
      await setWeek({ user_id: person.id, shifts: [...shifts] });
      onClose();
      showToast(t("weekSaved"), () => {
        void setWeek({ user_id: person.id, shifts: [...before] }).catch(() => showToast(t("notUndone")));
      });
    });

  return (
    <Sheet
      title={t("weekOf", { name: person.name })}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide busy={busy} isDisabled={!inOrder(shifts)} onPress={save}>
          {t("save")}
        </Button>
      }
    >
      {problem}
      {!inOrder(shifts) && <p className="field-error">{t("overlap")}</p>}
      {WEEKDAYS.map((day) => (
        <fieldset key={day} className="shift-day">
          <legend className="shift-day-name">{weekdayName(day, locale, "long")}</legend>
          {shifts
            .filter(({ weekday }) => weekday === day)
            .map((shift, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a shift has no other name than its place in the day
              <div key={index} className="shift">
                <DateTimeField
                  type="time"
                  label={t("starts")}
                  value={shift.starts}
                  onChange={(starts) => replace(shift, { starts })}
                />
                <DateTimeField
                  type="time"
                  label={t("ends")}
                  value={shift.ends}
                  onChange={(ends) => replace(shift, { ends })}
                />
                <IconButton
                  icon="discard"
                  label={t("removeShift", { day: weekdayName(day, locale, "long"), starts: shift.starts })}
                  onPress={() => setShifts(shifts.filter((each) => each !== shift))}
                />
              </div>
            ))}
          <Button
            variant="quiet"
            icon="plus"
            aria-label={t("addShiftOn", { day: weekdayName(day, locale, "long") })}
            onPress={() => setShifts([...shifts, nextShift(shifts, day)])}
          >
            {t("addShift")}
          </Button>
        </fieldset>
      ))}
    </Sheet>
  );
}
