import type { Account, Answer, Answers, Id, Question, Survey, SurveyVersion, Visit } from "../db/types.ts";
import { RuleError } from "./errors.ts";

export const MAX_TEXT = 5_000;
export const MAX_PHOTOS = 10;
const MAX_NUMBER = 10 ** 15;

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a database's text holds neither NUL nor half a character
const NOT_PRINTABLE = /[\u0000\ud800-\udfff]/u;

/** What is wrong with an answer. The server says the same, by the vectors in `tests/vectors/survey_answers.json`. */
export type Problem =
  | "missing"
  | "no_such_question"
  | "wrong_form"
  | "too_long"
  | "too_small"
  | "too_large"
  | "not_an_option"
  | "too_many";

/** The version that is asked now; null where the survey is not asked. */
export function currentVersion({ status, versions }: Survey): SurveyVersion | null {
  return status === "published" ? (versions.at(-1) ?? null) : null;
}

/** The questions of a version. @throws RuleError `survey.version_unknown` */
export function questionsOf({ versions }: Survey, number: number): Question[] {
  const version = versions.find((each) => each.number === number);
  if (!version) throw new RuleError("survey.version_unknown");
  return version.questions as Question[];
}

/** Whether a survey is for this visit. Purposes are compared as people write them. */
export function appliesTo(
  { account_classes, purposes }: Pick<Survey, "account_classes" | "purposes">,
  { purpose }: Pick<Visit, "purpose">,
  account: Pick<Account, "account_class"> | null,
): boolean {
  const plain = (text: string | null) => (text ?? "").trim().toLowerCase();
  return (
    (account_classes.length === 0 || (account !== null && account_classes.includes(account.account_class))) &&
    (purposes.length === 0 || purposes.some((each) => plain(each) === plain(purpose)))
  );
}

/** What is wrong with the answers, by question id; empty when all is well. */
export function problemsOf(questions: readonly Question[], answers: Answers): Map<Id, Problem> {
  const found = new Map<Id, Problem>();
  const asked = new Set(questions.map(({ id }) => id));
  for (const id of Object.keys(answers)) if (!asked.has(id)) found.set(id, "no_such_question");
  for (const question of questions) {
    const problem = problemOf(question, answers[question.id]);
    if (problem) found.set(question.id, problem);
  }
  return found;
}

/** The answers that were given, without the empty ones. @throws RuleError `survey.answers_invalid` */
export function checkAnswers(questions: readonly Question[], answers: Answers): Answers {
  if (problemsOf(questions, answers).size > 0) throw new RuleError("survey.answers_invalid");
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => !isEmpty(answer)));
}

export function isEmpty(answer: Answer | undefined): boolean {
  if (answer === null || answer === undefined) return true;
  return Array.isArray(answer) ? answer.length === 0 : typeof answer === "string" && answer.trim() === "";
}

function problemOf(question: Question, answer: Answer | undefined): Problem | null {
  if (answer === undefined || isEmpty(answer)) return question.required ? "missing" : null;
  switch (question.kind) {
    case "text":
      if (typeof answer !== "string" || NOT_PRINTABLE.test(answer)) return "wrong_form";
      return [...answer].length > MAX_TEXT ? "too_long" : null;
    case "number":
      if (typeof answer !== "number" || !Number.isFinite(answer)) return "wrong_form";
      if (answer < (question.min ?? -MAX_NUMBER)) return "too_small";
      return answer > (question.max ?? MAX_NUMBER) ? "too_large" : null;
    case "choice":
      return problemOfChoices(question, [answer]);
    case "choices":
      return Array.isArray(answer) ? problemOfChoices(question, answer) : "wrong_form";
    case "yes_no":
      return typeof answer === "boolean" ? null : "wrong_form";
    case "photo":
      return Array.isArray(answer) ? problemOfAttachments(answer) : "wrong_form";
    case "signature":
      return problemOfAttachments([answer]);
  }
}

function problemOfChoices({ options }: Question, chosen: readonly unknown[]): Problem | null {
  if (chosen.some((option) => typeof option !== "string") || new Set(chosen).size < chosen.length) return "wrong_form";
  return chosen.every((option) => options.includes(option as string)) ? null : "not_an_option";
}

function problemOfAttachments(ids: readonly unknown[]): Problem | null {
  if (ids.some((id) => typeof id !== "string" || !UUID.test(id))) return "wrong_form";
  return ids.length > MAX_PHOTOS ? "too_many" : null;
}
