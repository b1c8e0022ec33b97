import { type RawBuilder, sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import type { Held } from "../../evidence/index.ts";

/** An instant as a parameter: text with its zone, which both drivers pass on unchanged. */
export function instantParameter(at: Instant): RawBuilder<Date> {
  const text = Number.isFinite(at) ? new Date(at).toISOString() : at < 0 ? "-infinity" : "infinity";
  return sql<Date>`${text}::text::timestamptz`;
}

/** In SQL what `isHeld` is for a row: whether a hold keeps it. Without `address`, the row is about everything. */
export function heldRows(
  held: readonly Held[],
  span: {
    readonly from: RawBuilder<unknown>;
    readonly until: RawBuilder<unknown>;
    readonly address?: RawBuilder<unknown>;
  },
): RawBuilder<boolean> {
  const { from, until, address } = span;
  const parts = held.map((hold) => {
    const inTime = sql`${until} > ${instantParameter(hold.from)} AND ${from} <= ${instantParameter(hold.to)}`;
    if (address === undefined || hold.addresses === undefined) return sql`(${inTime})`;
    const ranges = hold.addresses.ranges.map(
      ({ first, last }) => sql`${address} BETWEEN ${first}::text::inet AND ${last}::text::inet`,
    );
    return ranges.length === 0 ? sql`false` : sql`(${inTime} AND (${sql.join(ranges, sql` OR `)}))`;
  });
  return parts.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(parts, sql` OR `)})`;
}
