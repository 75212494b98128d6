import { Checkbox, CheckboxGroup, Label, Text } from "react-aria-components";
import type { Choice } from "./Choices.tsx";
import { Icon } from "./Icon.tsx";

interface CheckChoiceProps<Value extends string> {
  label: string;
  choices: readonly Choice<Value>[];
  value: readonly Value[];
  onChange: (value: Value[]) => void;
  error?: string | undefined;
  /** Of many: a list that scrolls, instead of cards. */
  many?: boolean;
}

/** Any number of several, each large enough for a thumb. */
export function CheckChoice<Value extends string>(props: CheckChoiceProps<Value>) {
  const { label, choices, value, onChange, error, many = false } = props;
  return (
    <CheckboxGroup
      className="field"
      value={[...value]}
      onChange={(next) => onChange(next as Value[])}
      isInvalid={error !== undefined}
    >
      <Label className="field-label">{label}</Label>
      <div className={many ? "check-list" : "radio-cards"}>
        {choices.map((choice) => (
          <Checkbox key={choice.value} value={choice.value} className={many ? "check-row" : "radio-card"}>
            <span className="check-box" aria-hidden="true">
              <Icon name="check" size={16} />
            </span>
            <span className="check-text">
              {choice.label}
              {!many && choice.detail && <span className="radio-detail">{choice.detail}</span>}
            </span>
            {many && choice.detail && <span className="muted tabular">{choice.detail}</span>}
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
