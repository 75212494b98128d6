import type { Observation } from "../db/types.ts";

type Said = Partial<Pick<Observation, "kind" | "product_id" | "product" | "competitor">>;

/** It can be told later what was seen: a product or, of a competitor, who it is. */
export function saysSomething({ kind, product_id, product, competitor }: Said): boolean {
  return Boolean(product_id || product?.trim() || (kind === "competitor" && competitor?.trim()));
}
