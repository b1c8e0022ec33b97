import type { EntryType } from "../../model/index.ts";

/**
 * Entries that a checkpoint in their own transaction covers: findings, decisions of people, doubts of a witness, and times
 * in which nothing could be observed. The checkpoint of the hour covers the others; it comes with the looks.
 */
export const SIGNED_AT_ONCE: ReadonlySet<EntryType> = new Set<EntryType>([
  "scope-recorded",
  "baseline-approved",
  "finding-opened",
  "finding-changed",
  "finding-resolved",
  "finding-regressed",
  "finding-out-of-scope",
  "gap-recorded",
  "gap-explained",
  "gap-signed-off",
  "sensor-invited",
  "sensor-enrolled",
  "sensor-revoked",
  "sensor-gap-recorded",
  "user-joined",
  "user-disabled",
  "user-enabled",
  "roles-changed",
  "person-changed",
  "key-made",
  "key-revoked",
  "record-restored",
  "looks-recorded",
  "witness-disagreed",
  "answers-bound",
  "retention-set",
  "legal-hold-set",
  "legal-hold-lifted",
]);

export function isSignedAtOnce(type: EntryType): boolean {
  return SIGNED_AT_ONCE.has(type);
}
