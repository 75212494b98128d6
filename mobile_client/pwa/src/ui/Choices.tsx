import type { ReactNode } from "react";
import { Label, Radio, RadioGroup, Text } from "react-aria-components";

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
  error?: string | undefined;
}

/** One of a few, all visible, each large enough for a thumb. */
export function RadioCards<Value extends string>({ label, choices, value, onChange, error }: ChoiceProps<Value>) {
  return (
    <RadioGroup
      className="field"
      value={value}
      onChange={(next) => onChange(next as Value)}
      isInvalid={error !== undefined}
    >
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
      {error && (
        <Text slot="errorMessage" className="field-error">
          {error}
        </Text>
      )}
    </RadioGroup>
  );
}
