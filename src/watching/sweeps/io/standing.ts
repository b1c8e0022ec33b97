import { checkedBaseline, fingerprint } from "../../../judgement/baseline/index.ts";
import { storedFindings } from "../../../judgement/findings/index.ts";
import { OPEN_STATUSES, type Deviation, type Finding, type Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { Standing } from "../deviations-swept.ts";

/** Open findings alone, and without the port baseline if that contradicts the evidence log. */
export async function readStanding(db: Db, vantage: string, at: Instant): Promise<Standing> {
  const { baseline, contradiction } = await checkedBaseline(db, at);
  const findings = await storedFindings(db, { comparedFrom: vantage, status: OPEN_STATUSES });
  if (contradiction === undefined) return { baseline, findings };
  return { baseline: undefined, findings, contradicted: contradiction.problem };
}

/**
 * The findings with those that ended and that the deviations open again. All that ever ended would be more with each day of
 * the record.
 */
export async function withEnded(
  db: Db,
  vantage: string,
  findings: readonly Finding[],
  deviations: readonly Deviation[],
): Promise<readonly Finding[]> {
  const known = new Set(findings.map((finding) => finding.fingerprint));
  const marks = new Set(deviations.map((deviation) => fingerprint(deviation, vantage)));
  const fingerprints = [...marks].filter((mark) => !known.has(mark));
  return [...findings, ...(await storedFindings(db, { comparedFrom: vantage, fingerprints }))];
}
