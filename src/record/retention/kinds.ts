/** The kinds of record whose time is set separately. Names are stored in entries and never change. */
export const RETENTION_KINDS = ["sweeps", "intervals", "findings", "access"] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** Each kind as people read it, and what its time is counted from. */
export const RETENTION_WORDS: Readonly<Record<RetentionKind, string>> = {
  sweeps: "sweeps, looks and the states they saw, from their end",
  intervals: "states of endpoints and their services, from when they ended",
  findings: "resolved findings, from their resolution",
  access: "entries of signing in and of reading evidence",
};

export function isRetentionKind(kind: string): kind is RetentionKind {
  return RETENTION_KINDS.some((each) => each === kind);
}
