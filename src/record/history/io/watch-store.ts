import { type RawBuilder, sql } from "kysely";
import type { Instant, Period } from "../../../model/index.ts";
import { vantagePointId, type Tx } from "../../../platform/storage/index.ts";
import type { HeldValue, Watch, WatchFold } from "../watch-fold.ts";
import { milliseconds, timestamp } from "./columns.ts";
import { watchedStretches } from "./trusted-coverage.ts";

/** Creates a source of observations, which has seen nothing yet. */
export async function beginSource(tx: Tx, kind: "sensor", vantage: string): Promise<number> {
  const { id } = await tx
    .insertInto("source")
    .values({ kind, vantage_id: await vantagePointId(tx, vantage) })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** The current values of a source; locks it against other intakes. */
export async function lockWatch<Value>(
  tx: Tx,
  source: number,
): Promise<{ readonly vantage: number; readonly watch: Watch<Value> }> {
  const row = await tx
    .selectFrom("source")
    .select(["vantage_id", "watched_from", "watched_until"])
    .select(
      sql<Date | null>`(
        SELECT covered_to FROM ${watchedStretches} AS seen WHERE source_id = source.id ORDER BY covered_from DESC LIMIT 1
      )`.as("last_covered"),
    )
    .where("id", "=", source)
    .forNoKeyUpdate("source")
    .executeTakeFirstOrThrow();
  const held = await sql<{ key: string; value: unknown; since: number; estimated: boolean }>`
    SELECT key, value, ${milliseconds(sql`lower(during)`)} AS since, estimated
    FROM source_interval WHERE source_id = ${source} AND upper_inf(during)`.execute(tx);
  const { watched_from: from, watched_until: to } = row;
  return {
    vantage: row.vantage_id,
    watch: {
      covered: from === null || to === null ? undefined : { from: from.getTime(), to: to.getTime() },
      lastCovered: row.last_covered?.getTime(),
      held: new Map(
        held.rows.map(({ key, value, since, estimated }): [string, HeldValue<Value>] => [
          key,
          // Returned unchanged: the history does not interpret the values of a source.
          { value: value as Value, since, estimated },
        ]),
      ),
    },
  };
}

/** Writes the intervals that a fold changed, in at most two statements. */
export async function writeIntervals<Value>(tx: Tx, source: number, folded: WatchFold<Value>): Promise<void> {
  const { began, ended } = folded;
  if (ended.length > 0) {
    await sql`
      UPDATE source_interval AS held SET during = tstzrange(lower(held.during), given."to")
      FROM ${recordset(ended.map(({ key, to }) => ({ key, to: text(to) })))} AS given(key text, "to" timestamptz)
      WHERE held.source_id = ${source}::integer AND held.key = given.key AND upper_inf(held.during)`.execute(tx);
  }
  if (began.length > 0) {
    const given = began.map(({ key, value, since, to, estimated }) => ({
      key,
      value,
      from: text(since),
      to: to === undefined ? null : text(to),
      estimated,
    }));
    await sql`
      INSERT INTO source_interval (source_id, key, value, during, estimated)
      SELECT ${source}::integer, key, value, tstzrange("from", "to"), estimated
      FROM ${recordset(given)} AS given(key text, value jsonb, "from" timestamptz, "to" timestamptz, estimated boolean)`.execute(
      tx,
    );
  }
}

/**
 * Sets the stretch that a source is watching now; undefined: it is not watching. Returns until when an entry states that
 * stretch; undefined: none does.
 */
export async function keepWatching(tx: Tx, source: number, covered: Period | undefined): Promise<Instant | undefined> {
  const from = covered === undefined ? null : timestamp(covered.from);
  const { stated_until: stated } = await tx
    .updateTable("source")
    .set({
      watched_from: from,
      watched_until: covered === undefined ? null : timestamp(covered.to),
      stated_until: sql<Date | null>`CASE WHEN watched_from = ${from} THEN stated_until END`,
    })
    .where("id", "=", source)
    .returning("stated_until")
    .executeTakeFirstOrThrow();
  return stated?.getTime();
}

/** Notes that an entry states the stretch that a source is watching, as the record has it now. */
export async function noteStated(tx: Tx, source: number): Promise<void> {
  await sql`UPDATE source SET stated_until = watched_until WHERE id = ${source}`.execute(tx);
}

function recordset(values: readonly object[]): RawBuilder<unknown> {
  return sql`jsonb_to_recordset(${JSON.stringify(values)}::text::jsonb)`;
}

function text(at: Instant): string {
  return new Date(at).toISOString();
}
