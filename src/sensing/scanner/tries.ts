/** The share of open endpoints that may be missed because each of their tries was lost. */
const MISSED_MOST = 0.0005;
/**
 * Beyond this a path is unusable: an endpoint that is silent so often stays `no-response`, and the loss is reported.
 */
const TRIES_MOST = 8;

/** Tries after which an endpoint that answers has been silent by chance in at most 0.05 % of cases. */
export function triesFor(loss: number, base: number): number {
  if (loss <= 0) return base;
  const needed = Math.ceil(Math.log(MISSED_MOST) / Math.log(Math.min(loss, 0.99)));
  return Math.max(base, Math.min(needed, TRIES_MOST));
}
