import type { EntryType } from "../../model/index.ts";

/**
 * Entries whose body retention may delete. What later answers, decisions and verifications read is not among them: the
 * beginning of the log, its keys, what it binds, restores, scope, port baselines and approvals, people and their roles,
 * sensors and their silence, gaps, steps of the clock, timestamps, policies, legal holds, and prunings.
 */
export const FORGETTABLE: ReadonlySet<EntryType> = new Set<EntryType>([
  "sweep-started",
  "sweep-resumed",
  "sweep-finished",
  "sweep-refused",
  "looks-recorded",
  "states-changed",
  "services-identified",
  "finding-opened",
  "finding-changed",
  "finding-resolved",
  "finding-regressed",
  "finding-out-of-scope",
  "signed-in",
  "signed-out",
  "sign-in-refused",
  "refusals-counted",
  "evidence-read",
]);
