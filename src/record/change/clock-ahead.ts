import { Fault, formatInstant, type Duration, type Instant } from "../../model/index.ts";

/** How far the record may be ahead of the clock: clocks of processes that share a record differ a little. */
const MOST_AHEAD: Duration = 60_000;

/** Whether the record has entries of a time that the clock has not reached. */
export function isAhead(recordedUntil: Instant | undefined, now: Instant): boolean {
  return recordedUntil !== undefined && recordedUntil - now > MOST_AHEAD;
}

/**
 * Observations that are dated before the record ends would be taken for older ones. Which of the two times is right, only
 * a person can say.
 *
 * @throws Fault `store-unavailable`, which passes: by waiting, by correcting the clock, or by accepting it
 */
export function refuseAhead(recordedUntil: Instant | undefined, now: Instant): void {
  if (recordedUntil === undefined || !isAhead(recordedUntil, now)) return;
  throw new Fault(
    "store-unavailable",
    `The record has entries until ${formatInstant(recordedUntil)}, but the clock of this machine says ${formatInstant(now)}.`,
    {
      place: "the clock",
      next: "If the clock is right now, run portolan clock accept: it records that the clock ran ahead, and what was recorded with later times becomes unknown. Otherwise correct the clock, or wait until then.",
    },
  );
}
