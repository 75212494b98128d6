import { getDatabase } from "../session/session.ts";
import { request } from "../session/tokens.ts";

/**
 * Asks the server there and then for what is no command on a record, such as a run of the call cycle. Rejects with
 * `Unreachable` without signal and with `Refused` when a rule refuses it.
 */
export function askServer<Answer = void>(method: "POST" | "PUT" | "DELETE", path: string): Promise<Answer> {
  return request<Answer>(getDatabase(), method, path, method === "POST" ? { body: {} } : {});
}
