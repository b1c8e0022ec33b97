/** Requests that are sent again: answered from what was kept, not performed again. */
export { createIdempotencyStore, storeAnswer } from "./io/idempotency-store.ts";
