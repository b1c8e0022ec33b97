/** A repeated request gets the stored response and is not performed again. */

/** A request that must take effect once, however often it is sent. */
export interface IdempotencyKey {
  readonly principal: string;
  readonly key: string;
}

/** The outcome of claiming an idempotency key. */
export type ClaimOutcome =
  | { readonly outcome: "fresh" }
  | { readonly outcome: "answered"; readonly answer: string }
  | { readonly outcome: "running" }
  | { readonly outcome: "other-request" };

/** Stored responses, for requests that are sent again. */
export interface IdempotencyStore {
  /**
   * Claims the key for the request with this digest (hex), until the response is stored, the key is released, or the
   * claim is not renewed for two minutes.
   */
  begin(once: IdempotencyKey & { readonly digest: string }): Promise<ClaimOutcome>;
  renew(once: IdempotencyKey): Promise<void>;
  keep(once: IdempotencyKey, answer: string): Promise<void>;
  /** Frees the key after a failed request, so that it can be used again. Has no effect on a stored response. */
  release(once: IdempotencyKey): Promise<void>;
}
