import type { JsonValue } from "./json.ts";
import type { Instant } from "./time.ts";

/**
 * The entry types of the evidence log, in the order in which they were published. Append only; the data of a type may
 * gain fields, never lose or rename them.
 */
export const ENTRY_TYPES = [
  "log-created",
  "scope-recorded",
  "sweep-started",
  "sweep-resumed",
  "sweep-finished",
  "sweep-refused",
  "baseline-approved",
  "finding-opened",
  "finding-resolved",
  "finding-regressed",
  "gap-recorded",
  "signed-in",
  "signed-out",
  "sign-in-refused",
  "refusals-counted",
  "first-admin-link-made",
  "user-invited",
  "user-joined",
  "password-link-made",
  "password-set",
  "user-disabled",
  "user-enabled",
  "roles-changed",
  "second-factor-changed",
  "passkey-changed",
  "sso-linked",
  "key-made",
  "key-revoked",
  "session-revoked",
  "evidence-read",
  "baseline-proposed",
  "worker-joined",
  "worker-left",
  "sensor-invited",
  "sensor-enrolled",
  "sensor-revoked",
  "sensor-gap-recorded",
  "listeners-changed",
  "finding-out-of-scope",
  "person-changed",
  "record-restored",
  "rows-adopted",
  "answers-bound",
  "states-changed",
  "states-set-back",
  "services-identified",
  "services-set-back",
  "key-rotated",
  "sensor-watched",
  "sensor-described",
  "sensor-addresses-changed",
  "listeners-observed",
  "checkpoint-timestamped",
  "witness-disagreed",
  "addresses-changed",
  "boundary-source-recorded",
  "looks-recorded",
  "finding-changed",
  "gap-explained",
  "gap-signed-off",
  "boundary-source-retired",
  "retention-set",
  "legal-hold-set",
  "legal-hold-lifted",
  "rows-pruned",
  "sensor-set-back",
] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/**
 * The data of each type: what is signed for. Empty here. The capability that writes a type declares its data in its
 * entries.ts, which merges it into this interface. Times in it are RFC 3339 in UTC.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- filled by augmentation
export interface EntryData {}

/** A typed event on its way into the evidence log. */
export type EntryOf<Type extends EntryType> = {
  readonly [T in Type]: {
    readonly type: T;
    readonly at: Instant;
    readonly data: T extends keyof EntryData ? EntryData[T] : never;
  };
}[Type];
export type Entry = EntryOf<EntryType>;

/** An entry as the log itself sees it: only its form matters. */
export interface UntypedEntry {
  readonly type: EntryType;
  readonly at: Instant;
  readonly data: { readonly [key: string]: JsonValue };
}
