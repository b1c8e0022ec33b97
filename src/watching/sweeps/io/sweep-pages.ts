import { sql } from "kysely";
import type { Instant, SweepKind, SweepVerdict } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { storedSweeps, toStoredSweep, type StoredSweep } from "./stored-sweeps.ts";

export interface SweepPage {
  readonly kind?: readonly SweepKind[] | undefined;
  readonly verdict?: readonly SweepVerdict[] | undefined;
  readonly vantage?: string | undefined;
  readonly startedSince?: Instant | undefined;
  readonly startedUntil?: Instant | undefined;
  /** Sweeps of smaller numbers only. */
  readonly below?: number | undefined;
  readonly limit: number;
}

/** Sweeps, the last recorded first. */
export async function pageOfSweeps(db: Db, page: SweepPage): Promise<StoredSweep[]> {
  const { kind, verdict, vantage, startedSince, startedUntil, below, limit } = page;
  let rows = storedSweeps(db).orderBy("sweep.id", "desc").limit(limit);
  if (kind !== undefined) rows = rows.where("sweep.kind", "in", [...kind]);
  if (verdict !== undefined) rows = rows.where("sweep.verdict", "in", [...verdict]);
  if (vantage !== undefined) rows = rows.where("vantage_point.name", "=", vantage);
  if (startedSince !== undefined) rows = rows.where("sweep.started_at", ">=", new Date(startedSince));
  if (startedUntil !== undefined) rows = rows.where("sweep.started_at", "<", new Date(startedUntil));
  if (below !== undefined) rows = rows.where("sweep.id", "<", below);
  return (await rows.execute()).map(toStoredSweep);
}

/** How many sweeps there are, by kind and verdict; `running` for those that have none yet. */
export async function sweepCounts(
  db: Db,
): Promise<{ readonly kind: SweepKind; readonly verdict: string; readonly count: number }[]> {
  return await db
    .selectFrom("sweep")
    .select(["kind", sql<string>`coalesce(verdict, 'running')`.as("verdict"), sql<number>`count(*)::int4`.as("count")])
    .groupBy(["kind", "verdict"])
    .execute();
}
