import { exchange } from "../api/http.ts";
import { getDatabase } from "../session/session.ts";
import { withToken } from "../session/tokens.ts";

/**
 * A file that the server makes, such as a table as CSV.
 *
 * @throws Unreachable, Refused, SignInNeeded
 */
export async function readFile(path: string): Promise<Blob> {
  const answer = await withToken(getDatabase(), (accessToken) => exchange("GET", path, { accessToken }));
  return answer.blob();
}
