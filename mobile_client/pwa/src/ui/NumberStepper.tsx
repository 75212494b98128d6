import { Button as AriaButton, Group, Input, NumberField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon.tsx";

interface NumberStepperProps {
  /** What is counted, for example the product's name. */
  label: string;
  value: number;
  onChange: (value: number) => void;
  min?: number;
  max?: number;
}

/** − quantity +, each 44 px. The number can be typed as well. */
export function NumberStepper({ label, value, onChange, min = 0, max = 9999 }: NumberStepperProps) {
  const { t } = useTranslation("ui");
  return (
    <NumberField
      className="stepper"
      aria-label={t("quantityOf", { name: label })}
      value={value}
      minValue={min}
      maxValue={max}
      step={1}
      formatOptions={{ maximumFractionDigits: 0, useGrouping: false }}
      onChange={(next) => onChange(Number.isNaN(next) ? min : next)}
    >
      <Group className="stepper-group">
        <AriaButton slot="decrement" className="stepper-button" aria-label={t("lessOf", { name: label })}>
          <Icon name="minus" size={20} />
        </AriaButton>
        <Input className="stepper-input" inputMode="numeric" />
        <AriaButton slot="increment" className="stepper-button" aria-label={t("moreOf", { name: label })}>
          <Icon name="plus" size={20} />
        </AriaButton>
      </Group>
    </NumberField>
  );
}
