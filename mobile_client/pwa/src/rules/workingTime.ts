import type { Absence } from "../db/types.ts";
import { RuleError } from "./errors.ts";

/**
 * Check the days of an absence. Both are included.
 *
 * @throws RuleError it ends before it starts.
 */
export function checkAbsence({ starts_on, ends_on }: Pick<Absence, "starts_on" | "ends_on">): void {
  if (ends_on < starts_on) throw new RuleError("absence.ends_before_start");
}
