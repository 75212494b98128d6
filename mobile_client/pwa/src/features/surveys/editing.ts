import type { Id, Question } from "../../db/types.ts";

export const KINDS: readonly Question["kind"][] = [
  "text",
  "number",
  "choice",
  "choices",
  "yes_no",
  "photo",
  "signature",
];

export function emptyQuestion(id: Id): Question {
  return { id, text: "", kind: "text", required: false, unit: null, min: null, max: null, options: [] };
}

/** The question with another kind, without what belongs to the kind before. */
export function withKind(question: Question, kind: Question["kind"]): Question {
  const isChoice = (each: Question["kind"]) => each === "choice" || each === "choices";
  const options = isChoice(kind) && isChoice(question.kind) ? question.options : [];
  return { ...emptyQuestion(question.id), text: question.text, required: question.required, kind, options };
}

/** The questions with the one at `index` a place further up. */
export function moved(questions: readonly Question[], index: number): Question[] {
  const next = [...questions];
  next.splice(index - 1, 0, ...next.splice(index, 1));
  return next;
}
