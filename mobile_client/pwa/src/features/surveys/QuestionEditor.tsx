import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Question } from "../../db/types.ts";
import { Card, CheckChoice, IconButton, Select, TextArea, TextField } from "../../ui/index.ts";
import { KINDS, withKind } from "./editing.ts";
import { readNumber } from "./readNumber.ts";

interface QuestionEditorProps {
  number: number;
  question: Question;
  onChange: (question: Question) => void;
  onUp: (() => void) | null;
  onRemove: () => void;
}

/** One question as it is made. */
export function QuestionEditor({ number, question, onChange, onUp, onRemove }: QuestionEditorProps) {
  const { t } = useTranslation("surveys");
  const set = (fields: Partial<Question>) => onChange({ ...question, ...fields });
  const isChoice = question.kind === "choice" || question.kind === "choices";
  // As it is written, blank lines too, until the question is left.
  const [options, setOptions] = useState(question.options.join("\n"));
  return (
    <Card>
      <div className="question-editor">
        <TextField label={t("questionNumber", { number })} value={question.text} onChange={(text) => set({ text })} />
        <Select
          label={t("answerKind")}
          choices={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={question.kind}
          onChange={(kind) => onChange(withKind(question, kind))}
        />
        {isChoice && (
          <TextArea
            label={t("options")}
            hint={t("optionsHint")}
            value={options}
            onChange={(text) => {
              setOptions(text);
              set({ options: [...new Set(text.split("\n").flatMap((line) => line.trim() || []))] });
            }}
          />
        )}
        {question.kind === "number" && (
          <div className="field-pair">
            <TextField label={t("unit")} value={question.unit ?? ""} onChange={(unit) => set({ unit: unit || null })} />
            <BoundField label={t("min")} value={question.min} onChange={(min) => set({ min })} />
            <BoundField label={t("max")} value={question.max} onChange={(max) => set({ max })} />
          </div>
        )}
        <CheckChoice
          label={t("must")}
          choices={[{ value: "required", label: t("mustAnswer") }]}
          value={question.required ? ["required"] : []}
          onChange={(ticked) => set({ required: ticked.length > 0 })}
        />
        <div className="button-row">
          {onUp && <IconButton icon="up" label={t("moveUp", { number })} onPress={onUp} />}
          <IconButton icon="discard" label={t("removeQuestion", { number })} onPress={onRemove} />
        </div>
      </div>
    </Card>
  );
}

interface BoundFieldProps {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
}

function BoundField({ label, value, onChange }: BoundFieldProps) {
  const { t } = useTranslation("surveys");
  const [written, setWritten] = useState(value === null ? "" : String(value));
  const read = readNumber(written);
  return (
    <TextField
      label={label}
      inputMode="decimal"
      value={written}
      error={typeof read === "string" ? t("noNumber") : undefined}
      onChange={(text) => {
        setWritten(text);
        const bound = readNumber(text);
        onChange(typeof bound === "number" ? bound : null);
      }}
    />
  );
}
