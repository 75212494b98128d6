import type { ProtocolServer } from "./protocolServer.ts";

/** The uploads of docs/sync-protocol.md in memory, behind `fetch`. It can be cut off and lose answers. */
export class TusServer {
  online = true;
  /** Method and path of each request that arrived. */
  readonly asked: string[] = [];
  /** What arrived whole, by digest. */
  readonly stored = new Map<string, Uint8Array<ArrayBuffer>>();
  /** What a download gives, by attachment. */
  readonly contents = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #uploads = new Map<string, { size: number; bytes: Uint8Array<ArrayBuffer> }>();
  readonly #refusals = new Map<string, { status: number; code: string; retryAfter: number | undefined }>();
  readonly #rest: ProtocolServer;
  #loseAnswers = 0;
  #held: Promise<void> | null = null;
  #cutAfter: number | null = null;

  /** `rest` answers every other request. */
  constructor(rest: ProtocolServer) {
    this.#rest = rest;
  }

  /** Answer this many more requests, then be unreachable. */
  cutAfter(requests: number): void {
    this.#cutAfter = requests;
  }

  loseNextAnswer(): void {
    this.#loseAnswers += 1;
  }

  /** Answer nothing until `answer()`. */
  hang(): void {
    this.#held = new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  answer: () => void = () => undefined;

  /** Answer every request for this content with this error. `retryAfter` is in seconds. */
  refuse(sha256: string, status: number, code: string, retryAfter?: number): void {
    this.#refusals.set(sha256, { status, code, retryAfter });
  }

  accept(sha256: string): void {
    this.#refusals.delete(sha256);
  }

  /** They were not finished in time. */
  forgetUploads(): void {
    this.#uploads.clear();
  }

  /** Stands in for `fetch`. */
  readonly fetch = async (input: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(input, "http://server");
    if (!/\/(uploads|attachments)(\/|$)/.test(pathname)) return this.#rest.fetch(input, init);
    if (this.#cutAfter !== null && this.#cutAfter-- <= 0) {
      this.online = false;
      this.#cutAfter = null;
    }
    if (!this.online) throw new TypeError("Failed to fetch");
    this.asked.push(`${init.method} ${pathname}`);
    await this.#held;
    const answer = await this.#answer(pathname, init);
    if (this.#loseAnswers > 0) {
      this.#loseAnswers -= 1;
      throw new TypeError("Failed to fetch");
    }
    return answer;
  };

  async #answer(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const [, attachment] = path.match(/\/attachments\/(.+)\/content$/) ?? [];
    if (attachment) return new Response(this.contents.get(attachment) ?? null);
    const sha256 = path.endsWith("/uploads") ? digestIn(headers) : (path.split("/").at(-1) as string);
    const refusal = this.#refusals.get(sha256);
    if (refusal) {
      const { status, code, retryAfter } = refusal;
      const headers = new Headers();
      if (retryAfter !== undefined) headers.set("Retry-After", String(retryAfter));
      return Response.json({ status, code, detail: "No." }, { status, headers });
    }
    const known = this.#uploads.get(sha256);
    if (!known && init.method !== "POST") return new Response(null, { status: 404 });
    const upload = known ?? { size: Number(headers.get("Upload-Length")), bytes: new Uint8Array() };
    this.#uploads.set(sha256, upload);
    if (init.method === "PATCH" && Number(headers.get("Upload-Offset")) !== upload.bytes.length) {
      return Response.json({ code: "upload.offset_mismatch" }, { status: 409 });
    }
    // What comes with the creation of one that has begun is not needed.
    if (init.body && (init.method === "PATCH" || !known)) {
      const part = new Uint8Array(await (init.body as Blob).arrayBuffer());
      upload.bytes = new Uint8Array([...upload.bytes, ...part]);
    }
    if (upload.bytes.length === upload.size) this.stored.set(sha256, upload.bytes);
    return new Response(null, { status: 200, headers: { "Upload-Offset": String(upload.bytes.length) } });
  }
}

function digestIn(headers: Headers): string {
  const [, encoded] = headers.get("Upload-Metadata")?.match(/(?:^|,)sha256 ([^,]+)/) ?? [];
  return atob(encoded as string);
}
