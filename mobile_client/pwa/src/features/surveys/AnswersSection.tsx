import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Survey } from "../../db/types.ts";
import { Button, Section, useFormat } from "../../ui/index.ts";
import { saveCsv } from "../shared/csv.ts";
import { useLocal } from "../shared/useLocal.ts";
import { type AnswerRow, asCsv, columnsOf, writeAnswer } from "./answersTable.ts";

/** What was answered, one visit a line, on this device: of the last 90 days, where the person works. */
export function AnswersSection({ survey }: { survey: Survey }) {
  const { t } = useTranslation("surveys");
  const format = useFormat();
  const rows = useLocal(`answers/${survey.id}`, async (db) => {
    const answers = await listDocuments(db, "survey_answer", { survey_id: survey.id });
    answers.sort((a, b) => b.occurred_at.localeCompare(a.occurred_at));
    return Promise.all(
      answers.map<Promise<AnswerRow>>(async (answer) => ({
        answer,
        account: (await getDocument(db, "account", answer.account_id))?.name ?? "",
        person: (await getDocument(db, "user", answer.answered_by_id))?.name ?? "",
      })),
    );
  });
  const columns = columnsOf(survey);
  const words = { yes: t("yes"), no: t("no"), pictures: (count: number) => t("pictures", { count }) };

  function save() {
    const heads = [t("date"), t("account"), t("person"), t("versionHead")];
    saveCsv(
      survey.name,
      asCsv(heads, columns, rows ?? [], words, (instant) => format.dateTime(instant)),
    );
  }

  return (
    <Section
      title={t("answers", { count: rows?.length ?? 0 })}
      action={
        rows &&
        rows.length > 0 && (
          <Button icon="download" onPress={save}>
            CSV
          </Button>
        )
      }
    >
      {rows?.length === 0 && <p className="muted">{t("noAnswers")}</p>}
      {rows && rows.length > 0 && (
        <div className="table-scroll card">
          <table className="answers-table">
            <thead>
              <tr>
                <th scope="col">{t("date")}</th>
                <th scope="col">{t("account")}</th>
                <th scope="col">{t("person")}</th>
                {columns.map(({ id, text }) => (
                  <th key={id} scope="col">
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ answer, account, person }) => (
                <tr key={answer.id}>
                  <td>
                    <Link href={`/visits/${answer.visit_id}/surveys/${survey.id}`}>
                      {format.dateTime(answer.occurred_at)}
                    </Link>
                  </td>
                  <td>{account}</td>
                  <td>{person}</td>
                  {columns.map((column) => (
                    <td key={column.id}>{writeAnswer(column, answer.answers[column.id], words)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
