import type { Answer, Id, Question, Survey, SurveyAnswer } from "../../db/types.ts";
import { csvOf } from "../shared/csv.ts";

export interface AnswerRow {
  answer: SurveyAnswer;
  account: string;
  person: string;
}

export interface Words {
  yes: string;
  no: string;
  pictures: (count: number) => string;
}

/** The questions of all versions, each once by its id and as it was last worded, in the order of the newest. */
export function columnsOf({ versions }: Survey): Question[] {
  const found = new Map<Id, Question>();
  for (const version of [...versions].reverse()) {
    for (const question of version.questions as Question[])
      if (!found.has(question.id)) found.set(question.id, question);
  }
  return [...found.values()];
}

export function writeAnswer({ kind, unit }: Question, answer: Answer | undefined, words: Words): string {
  if (answer === null || answer === undefined) return "";
  if (kind === "photo" || kind === "signature") return words.pictures(Array.isArray(answer) ? answer.length : 1);
  if (typeof answer === "boolean") return answer ? words.yes : words.no;
  if (Array.isArray(answer)) return answer.join(", ");
  return kind === "number" && unit ? `${answer} ${unit}` : String(answer);
}

/** The table as CSV. Numbers are without units. */
export function asCsv(
  heads: readonly string[],
  columns: readonly Question[],
  rows: readonly AnswerRow[],
  words: Words,
  writeDate: (instant: string) => string,
): string {
  const lines = rows.map(({ answer, account, person }) => [
    writeDate(answer.occurred_at),
    account,
    person,
    String(answer.survey_version),
    ...columns.map((column) => writeAnswer({ ...column, unit: null }, answer.answers[column.id], words)),
  ]);
  return csvOf([[...heads, ...columns.map(({ text }) => text)], ...lines]);
}
