/** The subjects of the API, in the order in which the document shows them. */
export const TAGS = {
  record: "What is so, what was so, what changed, and where nobody looked",
  findings: "Confirmed deviations from the port baseline, and their life",
  baseline: "Authorized ports: what is in force, proposed, approved",
  sweeps: "Looking now, and every look that was recorded",
  scope: "The system boundary: every recorded version, and the addresses it means now",
  imports: "What other scanners saw",
  people: "Users, their roles, keys and sessions",
  evidence: "The evidence log: entries, proofs, checkpoints",
  events: "What happens, as it happens",
  sensors: "Sensors on other machines: who they are, and what they send",
  server: "The server itself",
} as const;
export type Tag = keyof typeof TAGS;
