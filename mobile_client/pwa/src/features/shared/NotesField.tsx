import { TextArea } from "../../ui/index.ts";

interface NotesFieldProps {
  label: string;
  hint: string;
  /** `undefined` while the draft is read. */
  value: string | undefined;
  onChange: (notes: string) => void;
  onLeave: () => void;
}

/** Notes that are kept at every key, and become a mutation when the person goes on to something else. */
export function NotesField({ label, hint, value, onChange, onLeave }: NotesFieldProps) {
  return (
    <TextArea
      label={label}
      hint={hint}
      value={value ?? ""}
      isReadOnly={value === undefined}
      onChange={onChange}
      onBlur={onLeave}
    />
  );
}
