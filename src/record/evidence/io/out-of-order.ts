import { sql } from "kysely";
import type { Duration, Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";

/** Processes that share a record date their entries by clocks that differ a little. */
const TOLERANCE: Duration = 60_000;
const MOST_NAMED = 100;

/** An entry with a time before that of its predecessor: a clock was set back between the two. */
export interface EntryOutOfOrder {
  readonly entry: number;
  readonly at: Instant;
  /** The time of the entry before it. */
  readonly before: Instant;
}

/** The first hundred entries that go back in time by more than a minute, by index. */
export async function entriesOutOfOrder(db: Db): Promise<EntryOutOfOrder[]> {
  const { rows } = await sql<{ index: number; at: Date; before: Date }>`
    SELECT index, at, before FROM (
      SELECT index, recorded_at AS at, lag(recorded_at) OVER (ORDER BY index) AS before FROM evidence_entry
    ) AS entry
    WHERE before - at > ${`${TOLERANCE} milliseconds`}::text::interval
    ORDER BY index LIMIT ${sql.lit(MOST_NAMED)}`.execute(db);
  return rows.map(({ index, at, before }) => ({ entry: index, at: at.getTime(), before: before.getTime() }));
}
