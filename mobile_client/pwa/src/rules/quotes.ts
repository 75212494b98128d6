import type { DateOn, Quote } from "../db/types.ts";
import { RuleError } from "./errors.ts";
import { type Moves, may, move } from "./moves.ts";

type QuoteStatus = Quote["status"];
export type QuoteAction = "accept" | "decline" | "withdraw" | "expire";

const MOVES: Moves<QuoteStatus, QuoteAction> = {
  // What the customer said while the quote was valid counts, also where the clock was faster than the phone's signal.
  accept: { from: ["open", "expired"], to: "accepted" },
  decline: { from: ["open", "expired"], to: "declined" },
  withdraw: { from: ["open"], to: "withdrawn" },
  expire: { from: ["open"], to: "expired" },
};

/** The status of a quote after `action`; throws `quote.invalid_transition`. */
export function moveQuote(status: QuoteStatus, action: QuoteAction): QuoteStatus {
  return move(MOVES, status, action, "quote.invalid_transition");
}

export function mayMoveQuote(status: QuoteStatus, action: QuoteAction): boolean {
  return may(MOVES, status, action);
}

/** The status of a quote that the customer accepts on a day; throws `quote.no_longer_valid` too. */
export function acceptQuote({ status, valid_until_on }: Pick<Quote, "status" | "valid_until_on">, on: DateOn) {
  const accepted = moveQuote(status, "accept");
  if (on > valid_until_on) throw new RuleError("quote.no_longer_valid");
  return accepted;
}

/** Check the last day of a quote that is written on a day; throws `quote.valid_until_past`. */
export function checkValidUntil(validUntilOn: DateOn, on: DateOn): void {
  if (validUntilOn < on) throw new RuleError("quote.valid_until_past");
}
