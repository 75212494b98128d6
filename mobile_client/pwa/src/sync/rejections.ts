import type { Id, Instant, OfflineMutation } from "../db/types.ts";
import { getDatabase } from "../session/session.ts";
import { request } from "../session/tokens.ts";

/** A change of one of one's people that the server did not carry out. */
export interface Rejection {
  id: Id;
  status: "rejected" | "failed";
  code: string | null;
  message: string | null;
  fields: Record<string, unknown> | null;
  name: OfflineMutation;
  /** What was entered. */
  args: Record<string, unknown>;
  /** What it is about, where the reader can see that. */
  title: string | null;
  person: { id: Id; name: string };
  device: { name: string; platform: string } | null;
  occurred_at: Instant;
  recorded_at: Instant;
  settled_at: Instant | null;
  settled_by: { id: Id; name: string } | null;
}

export interface RejectionPage {
  items: Rejection[];
  next_cursor: string | null;
}

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
