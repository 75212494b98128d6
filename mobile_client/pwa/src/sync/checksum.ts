import type { BucketSum, StoredDocument } from "../db/database.ts";

/** What one document adds to the hash of a bucket that carries it at this revision. */
export function entryHash(id: string, rev: number): number {
  return (Number.parseInt(id.slice(-8), 16) ^ Math.imul(rev, 2654435761)) >>> 0;
}

/** Follows the count and the hash of the buckets while documents come and go. */
export class BucketSums {
  readonly #sums: Map<string, BucketSum>;

  constructor(sums: readonly BucketSum[]) {
    this.#sums = new Map(sums.map((sum) => [sum.bucket, { ...sum }]));
  }

  /** A document's buckets change from `before` to `after` (bucket → revision). */
  move(id: string, before: StoredDocument["buckets"], after: StoredDocument["buckets"]): void {
    for (const [bucket, rev] of Object.entries(before)) this.#add(bucket, -1, -entryHash(id, rev));
    for (const [bucket, rev] of Object.entries(after)) this.#add(bucket, 1, entryHash(id, rev));
  }

  /** The bucket starts anew, whatever was counted before. */
  clear(bucket: string): void {
    this.#sums.set(bucket, { bucket, count: 0, hash: 0 });
  }

  of(bucket: string): BucketSum {
    return this.#sums.get(bucket) ?? { bucket, count: 0, hash: 0 };
  }

  all(): BucketSum[] {
    return [...this.#sums.values()];
  }

  #add(bucket: string, count: number, hash: number): void {
    const sum = this.of(bucket);
    this.#sums.set(bucket, { bucket, count: sum.count + count, hash: (sum.hash + hash) >>> 0 });
  }
}
