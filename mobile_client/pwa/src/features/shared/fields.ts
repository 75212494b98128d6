import { useTranslation } from "react-i18next";
import type { Address } from "../../db/types.ts";
import { LANGUAGES } from "../../i18n/index.ts";
import { useFormat } from "../../ui/index.ts";
import { formatAddress } from "./place.ts";

/** How a field of a record is written and read by a person. Choices name where their texts are. */
export type FieldKind =
  | "text"
  | "area"
  | "phone"
  | "email"
  | "date"
  | "instant"
  | "minutes"
  | "address"
  | "quantities"
  | { choices: readonly string[]; texts: string | null };

/** The fields that a person enters, by name; the same name means the same in every record. */
export const FIELDS: Readonly<Record<string, FieldKind>> = {
  name: "text",
  title: "text",
  industry: "text",
  job_title: "text",
  serial_number: "text",
  opening_hours: "text",
  purpose: "text",
  next_step: "text",
  product: "text",
  competitor: "text",
  phone: "phone",
  email: "email",
  notes: "area",
  description: "area",
  access_notes: "area",
  note: "area",
  reason: "area",
  address: "address",
  installed_on: "date",
  warranty_ends_on: "date",
  follow_up_on: "date",
  due_on: "date",
  starts_on: "date",
  ends_on: "date",
  planned_start_at: "instant",
  due_at: "instant",
  duration_min: "minutes",
  parts: "quantities",
  kind: { choices: ["end_customer", "dealer", "distributor", "partner"], texts: "sync:kind" },
  account_class: { choices: ["A", "B", "C"], texts: null },
  priority: { choices: ["low", "normal", "high", "urgent"], texts: "job-states:priority" },
  outcome: { choices: ["order", "no_order", "follow_up", "not_available"], texts: "visits:outcome" },
  language: { choices: LANGUAGES, texts: "me:languages" },
  status: { choices: ["active", "inactive", "retired"], texts: "sync:status" },
};

export interface FieldTexts {
  label: (field: string) => string;
  /** What the value says to a person; the text for "nothing" where there is none. */
  value: (field: string, value: unknown) => string;
  choice: (texts: string | null, value: string) => string;
}

/** Names and values of fields in the person's language. */
export function useFieldTexts(): FieldTexts {
  const { t } = useTranslation("sync");
  const format = useFormat();
  const choice = (texts: string | null, value: string) =>
    texts ? t(`${texts}.${value}`, { defaultValue: value }) : value;
  return {
    choice,
    label: (field) => t(`sync:field.${field}`, { defaultValue: field }),
    value: (field, value) => {
      const kind = FIELDS[field];
      if (value === null || value === undefined || value === "") return t("sync:nothing");
      if (typeof kind === "object") return choice(kind.texts, String(value));
      if (kind === "instant") return format.dateTime(String(value));
      if (kind === "date") return format.date(`${value}T12:00:00Z`);
      if (kind === "minutes") return t("visits:minutes", { count: Number(value) });
      if (kind === "address") return formatAddress(value as Address) || t("sync:nothing");
      if (field === "answers") return t("surveys:answersCount", { count: Object.keys(value).length });
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    },
  };
}
