import { baselineInForce } from "../../../judgement/baseline/index.ts";
import { storedFindings } from "../../../judgement/findings/index.ts";
import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { Standing } from "../deviations-swept.ts";

export async function readStanding(db: Db, vantage: string, at: Instant): Promise<Standing> {
  const baseline = await baselineInForce(db, at);
  return { baseline, findings: await storedFindings(db, { comparedFrom: vantage }) };
}
