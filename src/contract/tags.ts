/** The subjects of the API, in the order of the OpenAPI document. */
export const TAGS = {
  record: "The record: what is open now, what was open, what changed, and where nobody looked",
  findings: "Confirmed deviations from the port baseline, and their life",
  baseline: "Authorized ports: the port baseline in force, proposals, approvals",
  sweeps: "Running a sweep, and every recorded sweep",
  scope: "The system boundary: every recorded version, and the addresses that it resolves to now",
  imports: "Results of other scanners",
  people: "Users, their roles, keys and sessions",
  evidence: "The evidence log: entries, proofs, checkpoints",
  events: "Changes, as they happen",
  sensors: "Sensors on other machines: their enrolment and their reports",
  server: "The server itself",
} as const;
export type Tag = keyof typeof TAGS;
