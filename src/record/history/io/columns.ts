import { type RawBuilder, sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";

/** The earliest instant of the record; queries for earlier ones use this one. */
const EARLIEST = Date.UTC(1, 0, 1);

/** An instant as a parameter: text with its zone, which both drivers pass on unchanged. */
export function timestamp(at: Instant): RawBuilder<Date> {
  const bounded = Number.isFinite(at) ? Math.max(at, EARLIEST) : EARLIEST;
  return sql<Date>`${new Date(bounded).toISOString()}::text::timestamptz`;
}

/**
 * Whole milliseconds of a timestamptz expression. Uses a double, which is twice as fast as extract()'s numeric and
 * exact for every millisecond until the year 287396. An infinite one is the furthest that a Date can hold.
 */
export function milliseconds(expression: RawBuilder<unknown>): RawBuilder<number> {
  const exact = sql`date_part('epoch', ${expression}) * 1000`;
  // least() and greatest() would make a number of null.
  return sql<number>`CASE WHEN ${expression} IS NOT NULL THEN
    round(least(greatest(${exact}, -8640000000000000::float8), 8640000000000000::float8))::bigint END`;
}

/**
 * A column of values as one parameter, to be cast to an array type: `${column(ids)}::bigint[]`. One parameter per
 * column keeps a statement small however many rows it writes. Text, because the two drivers write arrays differently.
 */
export function column(values: Iterable<string | number | undefined>): RawBuilder<string> {
  const items: string[] = [];
  for (const value of values) {
    items.push(
      value === undefined ? "NULL" : typeof value === "number" ? String(value) : `"${value.replace(/["\\]/g, "\\$&")}"`,
    );
  }
  return sql<string>`${`{${items.join(",")}}`}::text`;
}

export function instants(values: Iterable<Instant | undefined>): RawBuilder<string> {
  return column([...values].map((at) => (at === undefined ? undefined : new Date(at).toISOString())));
}

/** At most this many rows go into one statement. */
export const CHUNK = 20_000;

export function* chunksOf<T>(rows: readonly T[], size = CHUNK): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

/** The vantage point's id; undefined when nothing was ever observed from it. */
export async function vantageId(db: Db, name: string): Promise<number | undefined> {
  const row = await db.selectFrom("vantage_point").select("id").where("name", "=", name).executeTakeFirst();
  return row?.id;
}
