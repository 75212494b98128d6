/** A rule refuses what the person asked for; `code` is the server's code for the same refusal. */
export class RuleError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = "RuleError";
    this.code = code;
  }
}
