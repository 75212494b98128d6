import type { Mutation } from "../../db/database.ts";
import type { DateOn, Id, OfflineMutations, Quote } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { lineTotal } from "../../rules/orders.ts";
import type { Catalogue, Offer } from "./catalogue.ts";

export interface DraftLine {
  id: Id;
  product_id: Id;
  /** A whole number above zero. */
  quantity: number;
  /** The price that the customer was told, in minor units. */
  told_minor: number;
}

/** An order that is being taken, or a quote that is being written. It exists on this phone only. */
export interface OrderDraft {
  lines: DraftLine[];
  notes: string;
  /** The last day of a quote. */
  valid_until_on?: DateOn;
}

export const EMPTY_DRAFT: OrderDraft = { lines: [], notes: "" };

/** The draft with `quantity` of a product; zero takes its line out. A new line is told the price of the offer. */
export function withQuantity(draft: OrderDraft, { product, price_minor }: Offer, quantity: number): OrderDraft {
  const known = draft.lines.some((line) => line.product_id === product.id);
  if (quantity < 1) return { ...draft, lines: draft.lines.filter((line) => line.product_id !== product.id) };
  if (!known) {
    const line = { id: newId(), product_id: product.id, quantity, told_minor: price_minor ?? 0 };
    return { ...draft, lines: [...draft.lines, line] };
  }
  return {
    ...draft,
    lines: draft.lines.map((line) => (line.product_id === product.id ? { ...line, quantity } : line)),
  };
}

export type LineProblem = "withdrawn" | "withoutPrice" | "priceChanged";

export interface ReviewedLine {
  line: DraftLine;
  /** Null if this phone does not know the product. */
  offer: Offer | null;
  /** What the product costs now, in minor units. */
  price_minor: number;
  total_minor: number;
  problem: LineProblem | null;
}

export interface Review {
  lines: ReviewedLine[];
  /** Of the lines that can be ordered. */
  total_minor: number;
  /** Every line can be ordered as it stands; a changed price is only to be told. */
  orderable: boolean;
}

/** The draft held against the catalogue as it is now. */
export function review(draft: OrderDraft, { offers }: Catalogue): Review {
  const lines = draft.lines.map((line): ReviewedLine => {
    const offer = offers.get(line.product_id) ?? null;
    const price_minor = offer?.price_minor ?? line.told_minor;
    return {
      line,
      offer,
      price_minor,
      total_minor: lineTotal({ quantity: line.quantity, unit_price_minor: price_minor }),
      problem: problemOf(line, offer),
    };
  });
  return {
    lines,
    total_minor: lines.filter(canBeOrdered).reduce((total, line) => total + line.total_minor, 0),
    orderable: lines.length > 0 && lines.every(canBeOrdered),
  };
}

function canBeOrdered({ problem }: ReviewedLine): boolean {
  return problem === null || problem === "priceChanged";
}

function problemOf(line: DraftLine, offer: Offer | null): LineProblem | null {
  if (!offer || offer.product.status === "withdrawn") return "withdrawn";
  if (offer.price_minor === null) return "withoutPrice";
  return offer.price_minor === line.told_minor ? null : "priceChanged";
}

/** The draft of what a quote offers, or of a refused order or quote that is mended. */
export function draftOf(args: Quote | OfflineMutations["order.place"] | OfflineMutations["quote.write"]): OrderDraft {
  return {
    ...("valid_until_on" in args && { valid_until_on: args.valid_until_on }),
    lines: args.lines.map(({ id, product_id, quantity, unit_price_minor }) => ({
      id,
      product_id,
      quantity,
      told_minor: unit_price_minor,
    })),
    notes: args.notes ?? "",
  };
}

/** What the server said about single lines of a refused order, by product. */
export function refusedLines({ args, result }: Pick<Mutation, "args" | "result">): Map<Id, string> {
  const lines = (args as OfflineMutations["order.place"]).lines;
  const marks = result?.fields?.lines;
  const found = new Map<Id, string>();
  if (typeof marks !== "object" || marks === null || Array.isArray(marks)) return found;
  for (const [index, fields] of Object.entries(marks)) {
    const line = lines[Number(index)];
    const sentences = Object.values(fields as Record<string, unknown>).flat();
    if (line && typeof sentences[0] === "string") found.set(line.product_id, sentences[0]);
  }
  return found;
}
