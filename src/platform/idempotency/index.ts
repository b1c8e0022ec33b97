/** Repeated requests: they get the stored response and are not performed again. */
export { createIdempotencyStore, storeAnswer } from "./io/idempotency-store.ts";
