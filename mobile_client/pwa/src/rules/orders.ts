import { RuleError } from "./errors.ts";

export const MAX_QUANTITY = 99_999;
/** What a phone can still count exactly, in minor units. */
const MAX_TOTAL_MINOR = 10 ** 13;

export interface PricedLine {
  /** A whole number from 1 to 99,999. */
  quantity: number;
  /** In minor units of the order's currency. */
  unit_price_minor: number;
}

/**
 * What a line costs, in minor units.
 *
 * @throws RuleError `order.invalid_line`: the quantity is not a whole number from 1 to 99,999, or the price is below zero.
 */
export function lineTotal({ quantity, unit_price_minor }: PricedLine): number {
  if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY)
    throw new RuleError("order.invalid_line");
  if (!Number.isSafeInteger(unit_price_minor) || unit_price_minor < 0) throw new RuleError("order.invalid_line");
  return quantity * unit_price_minor;
}

/**
 * What an order costs, in minor units.
 *
 * @throws RuleError `order.without_lines`, `order.invalid_line`, `order.total_too_large`.
 */
export function orderTotal(lines: readonly PricedLine[]): number {
  if (lines.length === 0) throw new RuleError("order.without_lines");
  const total = lines.reduce((sum, line) => sum + lineTotal(line), 0);
  if (total > MAX_TOTAL_MINOR) throw new RuleError("order.total_too_large");
  return total;
}

const CANCELABLE = ["placed", "held", "confirmed"];

export function mayCancelOrder(status: string): boolean {
  return CANCELABLE.includes(status);
}
