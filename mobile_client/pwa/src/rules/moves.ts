import { RuleError } from "./errors.ts";

/** For each action, the statuses it starts from and the one it leads to. */
export type Moves<Status extends string, Action extends string> = Record<
  Action,
  { from: readonly Status[]; to: Status }
>;

/** Whether `action` is possible in `status`. */
export function may<Status extends string, Action extends string>(
  moves: Moves<Status, Action>,
  status: Status,
  action: Action,
): boolean {
  return moves[action].from.includes(status);
}

/**
 * The status after `action`.
 *
 * @throws RuleError with `code`: the present status does not allow it.
 */
export function move<Status extends string, Action extends string>(
  moves: Moves<Status, Action>,
  status: Status,
  action: Action,
  code: string,
): Status {
  if (!may(moves, status, action)) throw new RuleError(code);
  return moves[action].to;
}
