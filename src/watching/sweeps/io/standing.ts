import { checkedBaseline } from "../../../judgement/baseline/index.ts";
import { storedFindings } from "../../../judgement/findings/index.ts";
import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { Standing } from "../deviations-swept.ts";

/** Without the port baseline if that contradicts the evidence log. */
export async function readStanding(db: Db, vantage: string, at: Instant): Promise<Standing> {
  const { baseline, contradiction } = await checkedBaseline(db, at);
  const findings = await storedFindings(db, { comparedFrom: vantage });
  if (contradiction === undefined) return { baseline, findings };
  return { baseline: undefined, findings, contradicted: contradiction.problem };
}
