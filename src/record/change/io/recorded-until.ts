import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { refuseAhead } from "../clock-ahead.ts";
import type { Change } from "../change.ts";

/** The latest time of an entry since the clock was last set back; undefined if there is none. */
export async function recordedUntil(db: Db): Promise<Instant | undefined> {
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

/** Before observations of now are recorded. @throws Fault `store-unavailable` while the record is ahead of the clock */
export async function refuseWhileAhead({ tx, at }: Pick<Change, "tx" | "at">): Promise<void> {
  refuseAhead(await recordedUntil(tx), at);
}
