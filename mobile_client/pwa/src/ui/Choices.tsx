import type { ReactNode } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  detail?: ReactNode;
}

export interface ChoiceProps<Value extends string> {
  label: string;
  choices: readonly Choice<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
}

/** One of a few, all visible, each large enough for a thumb. */
export function RadioCards<Value extends string>({ label, choices, value, onChange }: ChoiceProps<Value>) {
  return (
    <RadioGroup className="field" value={value} onChange={(next) => onChange(next as Value)}>
      <Label className="field-label">{label}</Label>
      <div className="radio-cards">
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="radio-card">
            <span className="radio-dot" aria-hidden="true" />
            <span>
              {choice.label}
              {choice.detail && <span className="radio-detail">{choice.detail}</span>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** One of a few as chips in a row that scrolls sideways: filters, days. */
export function ChipChoice<Value extends string>({ label, choices, value, onChange }: ChoiceProps<Value>) {
  return (
    <RadioGroup
      className="chips"
      aria-label={label}
      orientation="horizontal"
      value={value}
      onChange={(next) => onChange(next as Value)}
    >
      {choices.map((choice) => (
        <Radio key={choice.value} value={choice.value} className="chip">
          {choice.label}
        </Radio>
      ))}
    </RadioGroup>
  );
}
