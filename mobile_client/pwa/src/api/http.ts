/** The one place that talks to the server. Screens never come here: they read the local database. */

const BASE = "/api/v1";
const TIMEOUT_MS = 30_000;
/** A photo on a line that brings a few kilobytes a second. */
const CONTENT_TIMEOUT_MS = 120_000;

/** The server could not be reached, or its answer did not arrive. Whether it did what was asked is not known. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("the server cannot be reached", { cause });
    this.name = "Unreachable";
  }
}

/** The server answered with problem details (RFC 9457). */
export class Refused extends Error {
  readonly status: number;
  /** From docs/errors.md; `http.<status>` where the answer carries none, such as a proxy's. */
  readonly code: string;
  readonly fields: Record<string, string[]> | null;
  readonly body: Record<string, unknown>;
  /** Seconds after which to try again, if the server said so. */
  readonly retryAfter: number | null;

  constructor(status: number, body: Record<string, unknown>, retryAfter: number | null) {
    super(typeof body.detail === "string" ? body.detail : String(body.title ?? `HTTP ${status}`));
    this.name = "Refused";
    this.status = status;
    this.code = typeof body.code === "string" ? body.code : `http.${status}`;
    this.fields = (body.fields as Record<string, string[]> | null | undefined) ?? null;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

export interface Sending {
  body?: unknown;
  accessToken?: string;
  headers?: Record<string, string>;
}

/**
 * Send one request and return the answer's JSON, or null if it has none.
 *
 * @throws Unreachable, Refused
 */
export async function send<Answer>(method: string, path: string, sending: Sending = {}): Promise<Answer> {
  const response = await reach(path, {
    method,
    headers: headersOf(sending),
    body: sending.body === undefined ? null : JSON.stringify(sending.body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  try {
    const text = await response.text();
    return (text ? JSON.parse(text) : null) as Answer;
  } catch (error) {
    // Cut off in the middle, or a captive portal's page: not our server's answer.
    throw new Unreachable(error);
  }
}

/**
 * Send a request whose content, there or back, is bytes. A browser that can gives way to every other request meanwhile.
 *
 * @throws Unreachable, Refused
 */
export async function exchange(
  method: string,
  path: string,
  { accessToken, headers, content }: Omit<Sending, "body"> & { content?: Blob },
): Promise<Response> {
  return reach(path, {
    method,
    headers: headersOf({ ...(accessToken && { accessToken }), ...(headers && { headers }) }),
    body: content ?? null,
    priority: "low",
    signal: AbortSignal.timeout(CONTENT_TIMEOUT_MS),
  });
}

/**
 * Open a stream of server-sent events.
 *
 * @throws Unreachable, Refused
 */
export async function openStream(path: string, accessToken: string, signal: AbortSignal): Promise<ReadableStream> {
  const headers = { Accept: "text/event-stream", Authorization: `Bearer ${accessToken}` };
  const response = await reach(path, { headers, signal, cache: "no-store" });
  if (!response.body) throw new Unreachable("the answer is not a stream");
  return response.body;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(BASE + path, init);
  } catch (error) {
    throw new Unreachable(error);
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  throw new Refused(response.status, body, Number.isFinite(retryAfter) ? retryAfter : null);
}

function headersOf({ body, accessToken, headers }: Sending): Record<string, string> {
  return {
    Accept: "application/json",
    ...(body !== undefined && { "Content-Type": "application/json" }),
    ...(accessToken && { Authorization: `Bearer ${accessToken}` }),
    ...headers,
  };
}
