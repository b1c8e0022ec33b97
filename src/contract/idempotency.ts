/** A request that is sent again gets its answer again, and nothing happens. */

/** A request that is to take effect once, however often it is sent. */
export interface IdempotencyKey {
  readonly principal: string;
  readonly key: string;
}

/** What becomes of a request with an idempotency key. */
export type ClaimOutcome =
  | { readonly outcome: "fresh" }
  | { readonly outcome: "answered"; readonly answer: string }
  | { readonly outcome: "running" }
  | { readonly outcome: "other-request" };

/** Answers that are kept, so that a request that is sent again is answered and not performed again. */
export interface IdempotencyStore {
  /** Claims the key for a request of this digest (hex), until it is kept, released, or not renewed for two minutes. */
  begin(once: IdempotencyKey & { readonly digest: string }): Promise<ClaimOutcome>;
  renew(once: IdempotencyKey): Promise<void>;
  keep(once: IdempotencyKey, answer: string): Promise<void>;
  /** The request failed: the same key may be used again. Without effect on a kept answer. */
  release(once: IdempotencyKey): Promise<void>;
}
