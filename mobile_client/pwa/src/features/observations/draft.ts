import type { Id, Observation } from "../../db/types.ts";

/** What the person has entered, as it is written in the fields. */
export interface ObservationDraft {
  kind: Observation["kind"];
  product_id: Id | null;
  product: string;
  competitor: string;
  price: string;
  facings: string;
  out_of_stock: boolean;
  note: string;
}

export function readDraft(observation: Observation | null, digits: number): ObservationDraft {
  const {
    kind = "shelf",
    product_id = null,
    product,
    competitor,
    price_minor = null,
    facings,
    note,
  } = observation ?? {};
  return {
    kind,
    product_id,
    product: product ?? "",
    competitor: competitor ?? "",
    price: price_minor === null ? "" : amountText(price_minor, digits),
    facings: facings === null || facings === undefined ? "" : String(facings),
    out_of_stock: observation?.out_of_stock ?? false,
    note: note ?? "",
  };
}

/** The arguments of the mutation; `digits` are the currency's decimals. Call with an amount and a number that can be read. */
export function said(
  { kind, product_id, product, competitor, price, facings, out_of_stock, note }: ObservationDraft,
  digits: number,
) {
  return {
    product_id,
    product: product.trim() || null,
    competitor: kind === "competitor" ? competitor.trim() || null : null,
    price_minor: readAmount(price, digits) ?? null,
    facings: facings.trim() === "" ? null : Number(facings),
    out_of_stock,
    note: note.trim() || null,
  };
}

/** `19,90` or `19.9` as minor units; null where nothing is written, `undefined` where it is no price. */
export function readAmount(text: string, digits: number): number | null | undefined {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return null;
  const [, decimals = ""] = plain.split(".");
  return /^\d{1,9}(\.\d*)?$/.test(plain) && decimals.length <= digits
    ? Math.round(Number(plain) * 10 ** digits)
    : undefined;
}

/** An amount as it is written in a field: 1990 of a currency with two decimals is `19.90`. */
export function amountText(minor: number, digits: number): string {
  return (minor / 10 ** digits).toFixed(digits);
}
