import type { EntryType } from "../../model/index.ts";

/**
 * Entries that a checkpoint in their own transaction covers: findings, decisions, doubts of a witness, and what a sweep
 * or a sensor saw or could not see. The next checkpoint covers the others.
 */
const SIGNED_AT_ONCE: ReadonlySet<EntryType> = new Set<EntryType>([
  "sweep-finished",
  "baseline-approved",
  "finding-opened",
  "finding-resolved",
  "finding-regressed",
  "finding-out-of-scope",
  "gap-recorded",
  "sensor-invited",
  "sensor-enrolled",
  "sensor-revoked",
  "sensor-gap-recorded",
  "witness-disagreed",
  "answers-bound",
]);

export function isSignedAtOnce(type: EntryType): boolean {
  return SIGNED_AT_ONCE.has(type);
}
