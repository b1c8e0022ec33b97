import { sql } from "kysely";
import type { Db } from "../../../platform/storage/index.ts";

/** Endpoints that the record holds in a state until further notice, by vantage point and state. */
export async function currentCounts(
  db: Db,
): Promise<{ readonly vantage: string; readonly state: string; readonly count: number }[]> {
  return await db
    .selectFrom("endpoint_interval")
    .innerJoin("vantage_point", "vantage_point.id", "endpoint_interval.vantage_id")
    .select(["vantage_point.name as vantage", "state", sql<number>`count(*)::int4`.as("count")])
    .where(sql<boolean>`upper_inf(during)`)
    .groupBy(["vantage_point.name", "state"])
    .execute();
}

/** The number of recorded monitoring gaps, and their total length in seconds. */
export async function gapTotals(db: Db): Promise<{ readonly count: number; readonly seconds: number }> {
  return await db
    .selectFrom("gap")
    .select([
      sql<number>`count(*)::int4`.as("count"),
      sql<number>`coalesce(sum(date_part('epoch', gap_to - gap_from)), 0)::float8`.as("seconds"),
    ])
    .where("source_id", "is", null)
    .executeTakeFirstOrThrow();
}
