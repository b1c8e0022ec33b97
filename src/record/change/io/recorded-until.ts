import { sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { refuseAhead } from "../clock-ahead.ts";
import type { Change } from "../change.ts";

/** The latest time of an entry or a look since the clock was last set back; undefined if there is none. */
export async function recordedUntil(db: Db): Promise<Instant | undefined> {
  const times = [await lastEntry(db), await lastLook(db)].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

async function lastEntry(db: Db): Promise<Instant | undefined> {
  const row = await db
    .selectFrom("evidence_entry")
    .select("recorded_at")
    .where("index", ">=", (query) =>
      query.selectFrom("clock_step").select(({ fn, lit }) => fn.coalesce(fn.max("entry_index"), lit(0)).as("index")),
    )
    .orderBy("recorded_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.recorded_at.getTime();
}

/** Looks get their entry later. Each vantage point has an index of its own looks by time. */
async function lastLook(db: Db): Promise<Instant | undefined> {
  const { rows } = await sql<{ at: Date }>`
    SELECT last.covered_to AS at
    FROM vantage_point AS v CROSS JOIN LATERAL (
      SELECT covered_to FROM look
      WHERE vantage_id = v.id AND id > (SELECT coalesce(max(last_look), 0) FROM clock_step)
      ORDER BY covered_to DESC LIMIT 1
    ) AS last
    ORDER BY at DESC LIMIT 1`.execute(db);
  return rows[0]?.at.getTime();
}

/** Before observations of now are recorded. @throws Fault `store-unavailable` while the record is ahead of the clock */
export async function refuseWhileAhead({ tx, at }: Pick<Change, "tx" | "at">): Promise<void> {
  refuseAhead(await recordedUntil(tx), at);
}
