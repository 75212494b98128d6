import { useLiveQuery } from "dexie-react-hooks";
import { useTranslation } from "react-i18next";
import { getDocument } from "../../db/documents.ts";
import type { Address, Part } from "../../db/types.ts";
import { getDatabase } from "../../session/session.ts";
import { dateOn, instantAt } from "../../ui/format.ts";
import { DateTimeField, NumberStepper, Select, TextArea, TextField, useFormat } from "../../ui/index.ts";
import { FIELDS, useFieldTexts } from "../shared/fields.ts";

const DURATIONS_MIN = [15, 30, 45, 60, 90, 120, 180, 240];
const ADDRESS_PARTS = ["street", "house_number", "postcode", "city"] as const;

interface MendFieldProps {
  field: string;
  value: unknown;
  onChange: (value: unknown) => void;
  /** What the server says of it. */
  error: string | undefined;
  /** What the server has, where that differs. */
  hint: string | undefined;
}

/** One field of a refused mutation, as it was entered. */
export function MendField({ field, value, onChange, error, hint }: MendFieldProps) {
  const texts = useFieldTexts();
  const format = useFormat();
  const kind = FIELDS[field];
  const said = { label: texts.label(field), error, hint };
  const text = typeof value === "string" ? value : "";
  const orNull = (written: string) => onChange(written === "" ? null : written);

  if (typeof kind === "object") {
    const choices = kind.choices.map((each) => ({ value: each, label: texts.choice(kind.texts, each) }));
    return <Select label={said.label} choices={choices} value={text || null} onChange={onChange} />;
  }
  switch (kind) {
    case "area":
      return <TextArea {...said} value={text} onChange={orNull} />;
    case "date":
      return <DateTimeField {...said} type="date" value={text} onChange={orNull} />;
    case "instant":
      return (
        <DateTimeField
          {...said}
          type="datetime-local"
          value={text && `${dateOn(new Date(text), format.timeZone)}T${format.time(text)}`}
          onChange={(written) => {
            const [date, time] = written.split("T");
            onChange(date && time ? instantAt(date, time, format.timeZone).toISOString() : null);
          }}
        />
      );
    case "minutes": {
      const offered = [...new Set([...DURATIONS_MIN, Number(value) || 30])].sort((a, b) => a - b);
      const choices = offered.map((minutes) => ({ value: String(minutes), label: texts.value(field, minutes) }));
      return (
        <Select
          label={said.label}
          choices={choices}
          value={value ? String(value) : null}
          onChange={(minutes) => onChange(Number(minutes))}
        />
      );
    }
    case "address":
      return <AddressFields value={(value ?? {}) as Partial<Address>} onChange={onChange} error={error} hint={hint} />;
    case "quantities":
      return <Quantities value={(value ?? []) as SentPart[]} onChange={onChange} label={said.label} error={error} />;
    default:
      return <TextField {...said} type={kind === "phone" ? "tel" : (kind ?? "text")} value={text} onChange={orNull} />;
  }
}

function AddressFields({ value, onChange, error, hint }: Omit<MendFieldProps, "field"> & { value: Partial<Address> }) {
  const texts = useFieldTexts();
  return (
    <>
      {ADDRESS_PARTS.map((part, index) => (
        <TextField
          key={part}
          label={texts.label(part)}
          error={index === 0 ? error : undefined}
          hint={index === ADDRESS_PARTS.length - 1 && hint}
          value={value[part] ?? ""}
          onChange={(written) => onChange({ ...value, [part]: written === "" ? null : written })}
        />
      ))}
    </>
  );
}

type SentPart = Pick<Part, "id" | "product_id" | "quantity">;

interface QuantitiesProps {
  label: string;
  value: readonly SentPart[];
  onChange: (parts: SentPart[]) => void;
  error: string | undefined;
}

/** The parts that were used; with a quantity of none a part is taken out. */
function Quantities({ label, value, onChange, error }: QuantitiesProps) {
  const { t } = useTranslation("sync");
  const names = useLiveQuery(
    () => Promise.all(value.map(async (part) => (await getDocument(getDatabase(), "product", part.product_id))?.name)),
    [value],
  );
  if (value.length === 0) return null;
  return (
    <fieldset className="mend-parts">
      <legend className="field-label">{label}</legend>
      {value.map((part, index) => (
        <div key={part.id} className="mend-part">
          <span>{names?.[index] ?? t("unknownProduct")}</span>
          <NumberStepper
            label={names?.[index] ?? t("unknownProduct")}
            value={part.quantity}
            onChange={(quantity) =>
              onChange(
                value.map((each) => (each === part ? { ...part, quantity } : each)).filter((each) => each.quantity > 0),
              )
            }
          />
        </div>
      ))}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}
