import type { ReactNode } from "react";
import { Checkbox, CheckboxGroup, Label, Radio, RadioGroup, Text } from "react-aria-components";
import { Icon } from "./Icon.tsx";

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

export interface CheckCardsProps {
  label: string;
  choices: readonly Choice<string>[];
  value: readonly string[];
  onChange: (value: string[]) => void;
  error?: string | undefined;
}

/** Any number of a few, each large enough for a thumb. */
export function CheckCards({ label, choices, value, onChange, error }: CheckCardsProps) {
  return (
    <CheckboxGroup className="field" value={[...value]} onChange={onChange} isInvalid={error !== undefined}>
      <Label className="field-label">{label}</Label>
      <div className="radio-cards">
        {choices.map((choice) => (
          <Checkbox key={choice.value} value={choice.value} className="radio-card">
            <span className="check-box" aria-hidden="true">
              <Icon name="check" size={16} />
            </span>
            <span>
              {choice.label}
              {choice.detail && <span className="radio-detail">{choice.detail}</span>}
            </span>
          </Checkbox>
        ))}
      </div>
      {error && (
        <Text slot="errorMessage" className="field-error">
          {error}
        </Text>
      )}
    </CheckboxGroup>
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
