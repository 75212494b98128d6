import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Select as AriaSelect,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  SelectValue,
} from "react-aria-components";
import { Icon } from "./Icon.tsx";

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  detail?: ReactNode;
}

interface ChoiceProps<Value extends string> {
  label: string;
  choices: readonly Choice<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
}

/** One of many, in a list that opens below the field. */
export function Select<Value extends string>({ label, choices, value, onChange }: ChoiceProps<Value>) {
  return (
    <AriaSelect className="field" value={value} onChange={(key) => key !== null && onChange(key as Value)}>
      <Label className="field-label">{label}</Label>
      <AriaButton className="field-input select-button">
        <SelectValue className="select-value" />
        <Icon name="chevron-down" size={18} />
      </AriaButton>
      <Popover className="popover" offset={4}>
        <ListBox className="select-list">
          {choices.map((choice) => (
            <ListBoxItem key={choice.value} id={choice.value} className="select-item" textValue={choice.label}>
              <span>{choice.label}</span>
              {choice.detail && <span className="muted">{choice.detail}</span>}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
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
