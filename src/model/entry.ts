import type { JsonValue } from "./json.ts";
import type { Instant } from "./time.ts";

/** What the evidence log records. Append only; the data of a type may gain fields, never lose or rename them. */
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
] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/** A typed event on its way into the evidence log. `data` is JSON; times in it are RFC 3339 in UTC. */
export interface Entry {
  readonly type: EntryType;
  readonly at: Instant;
  readonly data: { readonly [key: string]: JsonValue };
}
