import type { Duration } from "../../model/index.ts";

const FIRST: Duration = 30_000;
const MOST: Duration = 3_600_000;

/** How long a destination is left alone after so many failures in a row: half a minute, doubled up to an hour. */
export function backoff(attempts: number): Duration {
  return Math.min(MOST, FIRST * 2 ** Math.min(20, Math.max(0, attempts - 1)));
}
