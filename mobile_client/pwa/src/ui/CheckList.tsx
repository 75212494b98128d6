import { Checkbox, CheckboxGroup, Label } from "react-aria-components";
import type { Choice } from "./Choices.tsx";
import { Icon } from "./Icon.tsx";

interface CheckListProps<Value extends string> {
  label: string;
  choices: readonly Choice<Value>[];
  values: readonly Value[];
  onChange: (values: Value[]) => void;
}

/** Any number of several, in a list that scrolls when it is long. */
export function CheckList<Value extends string>({ label, choices, values, onChange }: CheckListProps<Value>) {
  return (
    <CheckboxGroup className="field" value={[...values]} onChange={(next) => onChange(next as Value[])}>
      <Label className="field-label">{label}</Label>
      <div className="check-list">
        {choices.map(({ value, label: text, detail }) => (
          <Checkbox key={value} value={value} className="check-row">
            <span className="check-box" aria-hidden="true">
              <Icon name="check" size={16} />
            </span>
            <span className="check-text">{text}</span>
            {detail && <span className="muted tabular">{detail}</span>}
          </Checkbox>
        ))}
      </div>
    </CheckboxGroup>
  );
}
