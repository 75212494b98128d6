import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, Id, Question } from "../../db/types.ts";
import { MAX_PHOTOS, MAX_TEXT, type Problem } from "../../rules/surveys.ts";
import { CheckChoice, RadioCards, TextArea, TextField, useFormat } from "../../ui/index.ts";
import { PictureAnswer } from "./PictureAnswer.tsx";
import { readNumber } from "./readNumber.ts";

interface QuestionFieldProps {
  question: Question;
  /** From 1. */
  number: number;
  visitId: Id;
  answer: Answer;
  onChange: (next: (before: Answer | undefined) => Answer) => Promise<void>;
  problem: Problem | undefined;
  readOnly: boolean;
}

/** One question with the control for its kind of answer. */
export function QuestionField({ question, number, visitId, answer, onChange, problem, readOnly }: QuestionFieldProps) {
  const { t } = useTranslation("surveys");
  const error = useProblemText(question, problem);
  const label = `${number}. ${question.text}${question.required ? ` ${t("required")}` : ""}`;
  const set = (next: Answer) => {
    if (!readOnly) void onChange(() => next);
  };
  switch (question.kind) {
    case "text": {
      const text = typeof answer === "string" ? answer : "";
      return (
        <TextArea label={label} value={text} onChange={set} error={error} maxLength={MAX_TEXT} isReadOnly={readOnly} />
      );
    }
    case "number":
      return <NumberAnswer {...{ question, label, answer, error, readOnly }} onChange={set} />;
    case "choice":
    case "yes_no": {
      const yesNo = question.kind === "yes_no";
      const choices = yesNo
        ? (["true", "false"] as const).map((value) => ({ value, label: t(value === "true" ? "yes" : "no") }))
        : question.options.map((value) => ({ value, label: value }));
      const value = answer === null ? null : String(answer);
      const choose = (chosen: string) => set(yesNo ? chosen === "true" : chosen);
      return <RadioCards label={label} choices={choices} value={value} onChange={choose} error={error} />;
    }
    case "choices":
      return (
        <CheckChoice
          label={label}
          choices={question.options.map((value) => ({ value, label: value }))}
          value={Array.isArray(answer) ? answer : []}
          // In the order of the question, however they were ticked.
          onChange={(chosen) => set(question.options.filter((option) => chosen.includes(option)))}
          error={error}
        />
      );
    case "photo":
    case "signature":
      return <PictureAnswer {...{ label, visitId, answer, onChange, error, readOnly }} kind={question.kind} />;
  }
}

interface NumberAnswerProps {
  question: Question;
  label: string;
  answer: Answer;
  onChange: (answer: Answer) => void;
  error: string | undefined;
  readOnly: boolean;
}

/** A number as people write it, with a point or a comma. What is no number is kept as it is written, and said. */
function NumberAnswer({ question: { unit }, label, answer, onChange, error, readOnly }: NumberAnswerProps) {
  const [written, setWritten] = useState<string>();
  const shown = written ?? (answer === null ? "" : String(answer));
  return (
    <TextField
      label={unit ? `${label} (${unit})` : label}
      inputMode="decimal"
      value={shown}
      isReadOnly={readOnly}
      error={error}
      onChange={(text) => {
        setWritten(text);
        onChange(readNumber(text));
      }}
    />
  );
}

function useProblemText({ kind, min, max, unit }: Question, problem: Problem | undefined): string | undefined {
  const { t } = useTranslation("surveys");
  const { locale } = useFormat();
  if (!problem) return undefined;
  const write = (value: number | null) =>
    value === null ? "" : [new Intl.NumberFormat(locale).format(value), unit].filter(Boolean).join(" ");
  if (problem === "missing") return t(`missing.${kind}`);
  return t(`problem.${problem}`, {
    min: write(min),
    max: write(max),
    count: problem === "too_many" ? MAX_PHOTOS : MAX_TEXT,
  });
}
