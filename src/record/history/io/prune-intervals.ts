import { type RawBuilder, sql } from "kysely";
import { endpointKey, formatInstant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { heldRows, instantParameter, type PruneRule, type Shelf } from "../../retention/index.ts";
import { intervalOf, serviceOf } from "../row-names.ts";
import { milliseconds } from "./columns.ts";
import { endpointIn, type EndpointRow } from "./service-ends.ts";

const A_BATCH = 5_000;

export type IntervalTable = "endpoint_interval" | "service_interval";

/** In SQL what `intervalSpan` with a pruning is for a row, which is named `i`, its endpoint `e`. */
export function hasToGo({ until, held }: PruneRule): RawBuilder<boolean> {
  const span = { from: sql`lower(i.during)`, until: sql`upper(i.during)`, address: sql`e.address` };
  return sql<boolean>`(i.during << tstzrange(${instantParameter(until)}, 'infinity') AND NOT ${heldRows(held, span)})`;
}

/** Intervals that have ended. Those that still hold stay, however long ago they began. */
export function intervalsShelf(table: IntervalTable): Shelf {
  const nameOf = (row: EndpointRow & { vantage: string; since: number }): string => {
    const endpoint = endpointKey(endpointIn(row));
    const of = table === "endpoint_interval" ? endpoint : serviceOf(endpoint, row.vantage);
    return table === "endpoint_interval"
      ? intervalOf(of, row.vantage, formatInstant(row.since))
      : `${of} since ${formatInstant(row.since)}`;
  };
  return {
    kind: "intervals",
    begin: () => ({
      async remove(tx, rule) {
        const { rows } = await sql<EndpointRow & { vantage: string; since: number }>`
          DELETE FROM ${sql.table(table)} AS i USING endpoint AS e, vantage_point AS v
          WHERE i.ctid = ANY (ARRAY (
              SELECT i.ctid FROM ${sql.table(table)} AS i JOIN endpoint AS e ON e.id = i.endpoint_id
              WHERE ${hasToGo(rule)} LIMIT ${sql.lit(A_BATCH)}))
            AND e.id = i.endpoint_id AND v.id = i.vantage_id
          RETURNING host(e.address) AS address, e.transport, e.port, v.name AS vantage,
            ${milliseconds(sql`lower(i.during)`)} AS since`.execute(tx);
        const names = rows.map(nameOf).sort();
        return { rows: { [table]: names }, entries: [], next: rows.length < A_BATCH ? undefined : 1 };
      },
    }),
    async count(db: Db, rule) {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*)::int8 AS count FROM ${sql.table(table)} AS i JOIN endpoint AS e ON e.id = i.endpoint_id
        WHERE ${hasToGo(rule)}`.execute(db);
      return { rows: { [table]: Number(rows[0]?.count ?? 0) }, entries: 0 };
    },
  };
}
