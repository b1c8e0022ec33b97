import { baselineInForce } from "../../../judgement/baseline/index.ts";
import { listFindings } from "../../../judgement/findings/index.ts";
import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { Standing } from "../deviations-swept.ts";

export async function readStanding(db: Db, vantage: string, at: Instant): Promise<Standing> {
  const baseline = await baselineInForce(db, at);
  return { baseline, findings: await listFindings(db, { comparedFrom: vantage }) };
}
