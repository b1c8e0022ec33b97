import type { DeviationKind } from "./deviation.ts";

/**
 * How bad a deviation is by its kind: 0 to 10, in the bands of the ArcSight Common Event Format. A port that is open
 * without anybody's approval weighs more than one that is missing.
 */
export const SEVERITY: Readonly<Record<DeviationKind, number>> = {
  "unauthorized-open": 8,
  "wrong-exposure": 8,
  "insecure-service": 7,
  "undeclared-asset": 6,
  "service-changed": 6,
  "outdated-service": 6,
  "coverage-gap": 6,
  "authorization-expired": 5,
  "expected-missing": 4,
};

export type SeverityBand = "low" | "medium" | "high" | "very high";

/** The band of a severity: low to 3, medium to 6, high to 8. */
export function severityBand(severity: number): SeverityBand {
  if (severity <= 3) return "low";
  if (severity <= 6) return "medium";
  return severity <= 8 ? "high" : "very high";
}
