import { useTranslation } from "react-i18next";
import type { Account, Visit } from "../../db/types.ts";
import { List, ListRow, Section, useFormat } from "../../ui/index.ts";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { draftKey, readSurveys } from "./readSurveys.ts";

/** The surveys of a visit, and how far they are. */
export function SurveysSection({ visit, account }: { visit: Visit; account: Account | null }) {
  const { t } = useTranslation("surveys");
  const format = useFormat();
  const marks = useMarks();
  const surveys = useLocal(`surveys/${visit.id}/${visit.purpose}/${account?.account_class}`, async (db) => {
    const found = await readSurveys(db, visit, account);
    const drafts = await db.meta.bulkGet(found.map(({ survey }) => `draft:${draftKey(visit.id, survey.id)}`));
    return found.map((each, index) => ({ ...each, begun: drafts[index] !== undefined }));
  });
  if (!surveys || surveys.length === 0) return null;
  const done = surveys.filter(({ answer }) => answer).length;
  return (
    <Section title={t("surveys", { done, count: surveys.length })}>
      <List label={t("list")}>
        {surveys.map(({ survey, answer, begun }) => (
          <ListRow
            key={survey.id}
            to={`/visits/${visit.id}/surveys/${survey.id}`}
            icon={answer ? "check" : "survey"}
            title={survey.name}
            detail={
              <span className="badges">
                {begun
                  ? t("begun")
                  : answer
                    ? t("answeredAt", { time: format.dateTime(answer.occurred_at) })
                    : t("open")}
                {answer && <RecordMark marks={marks} entity="survey_answer" id={answer.id} />}
              </span>
            }
          />
        ))}
      </List>
    </Section>
  );
}
