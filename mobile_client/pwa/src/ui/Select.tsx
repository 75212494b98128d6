import {
  Button as AriaButton,
  Select as AriaSelect,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from "react-aria-components";
import type { ChoiceProps } from "./Choices.tsx";
import { Icon } from "./Icon.tsx";

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
