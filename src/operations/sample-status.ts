import type { StatusResult } from "../contract/index.ts";
import { formatInstant, type Duration, type Instant } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import type { ResolvedScope } from "../scope/index.ts";
import { MOST_USED_PORTS, TURN } from "../watching/rolling/index.ts";
import { rollingSample } from "./rolling-sample.ts";

type SampleStatus = NonNullable<NonNullable<StatusResult["vantagePoints"]>[number]["sample"]>;

/** A turn may begin this much later than the minute before its lateness is worth saying. */
const LATE: Duration = 2 * TURN;

/** The rolling sample of a vantage point and the delays that follow from its plan; undefined without hosts. */
export async function sampleStatus(db: Db, resolved: ResolvedScope, now: Instant): Promise<SampleStatus | undefined> {
  const { plan, soFar } = await rollingSample(db, resolved);
  if (plan.hosts === 0) return undefined;
  return {
    hosts: plan.hosts,
    mostUsed: {
      ports: MOST_USED_PORTS.length,
      every: inSeconds(plan.parts * TURN),
      mean: inSeconds(plan.mostUsed.mean),
      atMost: inSeconds(plan.mostUsed.atMost),
      kept: plan.mostUsed.kept,
    },
    targets: plan.targets.map(({ name, hosts, pass, mean, atMost, kept }) => ({
      name,
      hosts,
      pass: inSeconds(pass),
      mean: inSeconds(mean),
      atMost: inSeconds(atMost),
      kept,
    })),
    ...(soFar === undefined ? {} : { latest: formatInstant(soFar.startedAt) }),
    late: soFar === undefined || now - soFar.startedAt > TURN + LATE,
  };
}

function inSeconds(length: Duration): number {
  return Math.ceil(length / 1_000);
}
