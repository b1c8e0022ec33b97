import { Fault, formatInstant, type Instant } from "../../../model/index.ts";
import { holdRule, type Db } from "../../../platform/storage/index.ts";
import { recordChange, type ChangeDeps } from "../../change/index.ts";
import { RETENTION_KINDS } from "../kinds.ts";
import { DEFAULT_PERIODS, refusePeriods, type Periods } from "../policy.ts";

/** The policy in force. */
export interface Policy {
  readonly periods: Periods;
  /** Absent: nobody has set one, and the default is in force. */
  readonly set?:
    { readonly version: number; readonly at: Instant; readonly by: string; readonly reason: string } | undefined;
}

export async function policyInForce(db: Db): Promise<Policy> {
  const row = await db
    .selectFrom("retention_policy")
    .selectAll()
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return { periods: DEFAULT_PERIODS };
  const { version, set_at: at, set_by: by, reason } = row;
  // A kind that came with a later version is kept for the default time.
  return { periods: { ...DEFAULT_PERIODS, ...row.periods }, set: { version, at: at.getTime(), by, reason } };
}

/** Sets how long kinds of record are kept; those that are not named stay as they are. */
export async function setPolicy(
  deps: ChangeDeps,
  at: Instant,
  given: {
    readonly periods: Partial<Periods>;
    readonly reason: string;
    readonly by: string;
    readonly allowShort: boolean;
  },
): Promise<Policy> {
  const { reason, by, allowShort } = given;
  return await recordChange(deps, at, async (change) => {
    await holdRule(change.tx, "retention");
    const before = await policyInForce(change.tx);
    const periods = { ...before.periods, ...given.periods };
    refusePeriods(periods, before.periods, allowShort);
    if (RETENTION_KINDS.every((kind) => periods[kind] === before.periods[kind])) {
      throw new Fault("conflict", "The policy says so already.", { next: "See it with portolan retention show." });
    }
    const version = (before.set?.version ?? 0) + 1;
    await change.tx
      .insertInto("retention_policy")
      .values({ version, periods: JSON.stringify(periods), reason, set_at: new Date(at), set_by: by })
      .execute();
    change.append({ type: "retention-set", at, data: { version, periods, reason, by } });
    return { periods, set: { version, at, by, reason } };
  });
}

/** As entries and rows state a time. */
export function timeText(at: Date | null): string | null {
  return at === null ? null : formatInstant(at.getTime());
}
