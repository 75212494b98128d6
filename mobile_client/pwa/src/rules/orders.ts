import { RuleError } from "./errors.ts";

export interface PricedLine {
  /** A whole number above zero. */
  quantity: number;
  /** In minor units of the order's currency. */
  unit_price_minor: number;
}

/**
 * What a line costs, in minor units.
 *
 * @throws RuleError `order.invalid_line`: the quantity is not a whole number above zero, or the price is below zero.
 */
export function lineTotal({ quantity, unit_price_minor }: PricedLine): number {
  if (!Number.isSafeInteger(quantity) || quantity < 1) throw new RuleError("order.invalid_line");
  if (!Number.isSafeInteger(unit_price_minor) || unit_price_minor < 0) throw new RuleError("order.invalid_line");
  return quantity * unit_price_minor;
}

/**
 * What an order costs, in minor units.
 *
 * @throws RuleError `order.without_lines`, `order.invalid_line`.
 */
export function orderTotal(lines: readonly PricedLine[]): number {
  if (lines.length === 0) throw new RuleError("order.without_lines");
  return lines.reduce((total, line) => total + lineTotal(line), 0);
}

const CANCELABLE = ["placed", "held", "confirmed"];

export function mayCancelOrder(status: string): boolean {
  return CANCELABLE.includes(status);
}
