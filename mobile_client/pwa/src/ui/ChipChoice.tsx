import { useId } from "react";
import type { ChoiceProps } from "./Choices.tsx";

/**
 * One of a few as chips in a row that scrolls sideways: filters, days. The browser's own radio buttons: they need no
 * script, of which the first screen has little to spend.
 */
export function ChipChoice<Value extends string>({ label, choices, value, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <div className="chips" role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value} className="chip">
          <input
            type="radio"
            className="chip-radio"
            name={name}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          {choice.label}
        </label>
      ))}
    </div>
  );
}
