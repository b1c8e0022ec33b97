import type { Instant, Period, SweepVerdict } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";

/** How a full sweep of a target ended. */
export interface EndedSweep {
  readonly target: string;
  readonly endedAt: Instant;
  readonly verdict: SweepVerdict;
  /** Whether any endpoint accepted or refused a probe. */
  readonly answered: boolean;
}

/** The full sweeps of a vantage point that ended in the period, one for each of their targets, in order of time. */
export async function fullSweepsIn(db: Db, vantage: string, period: Period): Promise<EndedSweep[]> {
  const rows = await db
    .selectFrom("sweep")
    .innerJoin("vantage_point", "vantage_point.id", "sweep.vantage_id")
    .select(["targets", "ended_at", "verdict", "counts"])
    .where("vantage_point.name", "=", vantage)
    .where("kind", "=", "full")
    .where("ended_at", ">=", new Date(period.from))
    .where("ended_at", "<", new Date(period.to))
    .orderBy("ended_at")
    .orderBy("sweep.id")
    .execute();
  return rows.flatMap(({ targets, ended_at: endedAt, verdict, counts }) =>
    endedAt === null || verdict === null
      ? []
      : targets.map((target) => ({
          target,
          endedAt: endedAt.getTime(),
          verdict,
          answered: (counts?.open ?? 0) + (counts?.closed ?? 0) > 0,
        })),
  );
}
