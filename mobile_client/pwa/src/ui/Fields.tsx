import type { ReactNode, Ref } from "react";
import {
  Button as AriaButton,
  SearchField as AriaSearchField,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon.tsx";

interface FieldTexts {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

interface TextFieldProps extends FieldTexts, Omit<AriaTextFieldProps, "children" | "className" | "isInvalid"> {
  placeholder?: string;
}

export function TextField({ label, hint, error, placeholder, ...rest }: TextFieldProps) {
  return (
    <AriaTextField {...rest} className="field" isInvalid={error !== undefined}>
      <Label className="field-label">{label}</Label>
      <Input className="field-input" placeholder={placeholder} />
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  );
}

interface TextAreaProps extends TextFieldProps {
  rows?: number;
}

/** Several lines of text; the field grows with what is written. */
export function TextArea({ label, hint, error, placeholder, rows = 3, ...rest }: TextAreaProps) {
  return (
    <AriaTextField {...rest} className="field" isInvalid={error !== undefined}>
      <Label className="field-label">{label}</Label>
      <AriaTextArea className="field-input field-area" rows={rows} placeholder={placeholder} />
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  );
}

interface SearchFieldProps {
  /** The accessible name; the placeholder shows it too. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
  inputRef?: Ref<HTMLInputElement>;
}

export function SearchField({ label, value, onChange, autoFocus, inputRef }: SearchFieldProps) {
  const { t } = useTranslation("ui");
  return (
    <AriaSearchField
      className="search-field"
      aria-label={label}
      value={value}
      onChange={onChange}
      autoFocus={autoFocus ?? false}
    >
      <Icon name="search" size={20} />
      <Input ref={inputRef ?? null} placeholder={label} enterKeyHint="search" autoComplete="off" />
      <AriaButton className="search-clear" aria-label={t("clear")}>
        <Icon name="close" size={18} />
      </AriaButton>
    </AriaSearchField>
  );
}

interface NativeFieldProps extends FieldTexts {
  type: "date" | "time" | "datetime-local";
  value: string;
  onChange: (value: string) => void;
  min?: string;
}

/** A date or a time, picked with the phone's own wheel. The value has the form of the HTML input of that type. */
export function DateTimeField({ label, hint, error, type, value, onChange, min }: NativeFieldProps) {
  return (
    <AriaTextField
      className="field"
      type={type as "text"}
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
    >
      <Label className="field-label">{label}</Label>
      <Input className="field-input" min={min} />
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  );
}
