import type { components } from "../api/schema.d.ts";
import type { Id } from "../db/types.ts";
import { getDatabase } from "../session/session.ts";
import { request } from "../session/tokens.ts";

/** A change of one of one's people that the server did not carry out. */
export type Rejection = components["schemas"]["Rejection"];

export type RejectionPage = components["schemas"]["RejectionPage"];

/** A page of them, the newest first. Needs the server: throws Unreachable, Refused. */
export async function listRejections({
  settled,
  cursor,
}: {
  settled: boolean;
  cursor?: string | null;
}): Promise<RejectionPage> {
  const query = new URLSearchParams({ settled: String(settled), ...(cursor && { cursor }) });
  return request<RejectionPage>(getDatabase(), "GET", `/sync/rejections?${query}`);
}

/** Note that somebody has seen to it. Needs the server: throws Unreachable, Refused. */
export async function settleRejection(id: Id): Promise<void> {
  await request(getDatabase(), "POST", `/sync/rejections/${id}/settle`);
}
