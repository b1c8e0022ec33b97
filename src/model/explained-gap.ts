/** The kinds of causes that a person can state for a gap. Stored in the record: append only. */
export const GAP_CAUSES = [
  "maintenance",
  "power",
  "network",
  "host",
  "capacity",
  "configuration",
  "software",
  "other",
] as const;
export type GapCause = (typeof GAP_CAUSES)[number];

/** What other sources covered of a subject in a gap. Shares are 0 to 1. */
export interface CompensatingEvidence {
  /**
   * `same-vantage-point`: endpoints that were known from the vantage point of the gap itself; `import`: the vantage point
   * has only scans of other scanners; `boundary-source`: a list of another system, which observes nothing.
   */
  readonly kind: "same-vantage-point" | "vantage-point" | "import" | "host-sensor" | "boundary-source";
  readonly name: string;
  /** Most of the subject's endpoints that were known at one instant; of a sensor or a list, its addresses. */
  readonly endpoints: number;
  /** Part of the gap in which any of them was known; absent: the source does not observe. */
  readonly time?: number | undefined;
  /** Endpoints × time that was known. */
  readonly share?: number | undefined;
  /** The first and the last of these instants. */
  readonly from: string;
  readonly to: string;
}
