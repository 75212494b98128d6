import { useTranslation } from "react-i18next";
import { useSession } from "../../db/hooks.ts";
import { forgetHolidays, type Holidays, useHolidays } from "../../sync/useHolidays.ts";
import { useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import { formatDays } from "../../ui/format.ts";
import { List, ListRow, Section, Select, Skeleton, showToast, useFormat } from "../../ui/index.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";
import { holidaysFrom } from "./workingTime.ts";

const SHOWN = 10;
const ALL = "all";

/** The public holidays on which nobody works; those who plan choose of which part of the country. */
export function HolidaysSection({ mayChoose }: { mayChoose: boolean }) {
  const { t, i18n } = useTranslation("working-time");
  const format = useFormat();
  const holidays = useHolidays(format.today());
  if (holidays === undefined) return <Skeleton />;
  const coming = holidays ? holidaysFrom(holidays, format.today(), SHOWN) : [];
  const country = holidays && new Intl.DisplayNames(i18n.language, { type: "region" }).of(holidays.country);
  const part = holidays?.subdivisions.find(({ code }) => code === holidays.subdivision)?.name;
  return (
    <Section title={t("holidays")}>
      {!holidays && <p className="muted">{t("holidaysOffline")}</p>}
      {holidays && <p className="muted">{t("holidaysOf", { country: part ? `${part}, ${country}` : country })}</p>}
      {holidays && mayChoose && holidays.subdivisions.length > 0 && <SubdivisionSelect holidays={holidays} />}
      {coming.length > 0 && (
        <List label={t("holidays")}>
          {coming.map(({ day, name }) => (
            <ListRow
              key={day}
              title={name}
              trailing={<span className="tabular">{formatDays(day, day, format.locale)}</span>}
            />
          ))}
        </List>
      )}
      {holidays && coming.length === 0 && <p className="muted">{t("noHolidays")}</p>}
    </Section>
  );
}

function SubdivisionSelect({ holidays: { subdivision, subdivisions } }: { holidays: Holidays }) {
  const { t } = useTranslation("working-time");
  const organisation_id = useSession()?.organisation.id ?? "";
  const choose = useOnlineCommand("organisation.set_subdivision");
  const { run, problem } = useWhyNot();

  const take = (next: string | null, done?: () => void) =>
    run(async () => {
      await choose({ organisation_id, subdivision: next });
      await forgetHolidays();
      done?.();
    });

  return (
    <>
      {problem}
      <Select
        label={t("subdivision")}
        choices={[
          { value: ALL, label: t("wholeCountry") },
          ...subdivisions.map(({ code, name }) => ({ value: code, label: name })),
        ]}
        value={subdivision ?? ALL}
        onChange={(value) =>
          take(value === ALL ? null : value, () => showToast(t("subdivisionSaved"), () => void take(subdivision)))
        }
      />
    </>
  );
}
