import { sql } from "kysely";
import { formatInstant, type JsonValue } from "../../../model/index.ts";
import { binding, type Binding, type Claim } from "../../../record/evidence/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { hostVantage } from "../vantage.ts";
import { asStated, instant, sensorOf } from "./sensor-bindings.ts";

const ROWS_A_PAGE = 5_000;

/** The observations of sensors: the stretches that they watched, their gaps, and the listeners in them. */
export const watchBindings: readonly Binding[] = [
  binding({
    table: "source",
    types: ["sensor-enrolled", "sensor-watched"],
    always: true,
    key: ["id"],
    columns: {
      kind: "kind",
      vantage: ["vantage_id", "vantage_point.name"],
      watchedFrom: "watched_from",
      watchedUntil: ["watched_until", "stated_until", "sensor.stated_at"],
    },
    states(entry): Claim[] {
      const row = watchOf(entry.data.sensor);
      switch (entry.type) {
        case "sensor-enrolled": {
          const { vantage, source } = entry.data;
          const watched = source === undefined ? {} : { watchedFrom: null, watchedUntil: null };
          return [{ row, fields: { kind: "sensor", vantage, ...watched } }];
        }
        case "sensor-watched": {
          const { from, until, ended } = entry.data;
          return [{ row, fields: { watchedFrom: ended ? null : from, watchedUntil: ended ? null : until } }];
        }
      }
    },
    async *rows(db) {
      const rows = await db
        .selectFrom("source")
        .innerJoin("vantage_point", "vantage_point.id", "source.vantage_id")
        .leftJoin("sensor", "sensor.source_id", "source.id")
        .selectAll("source")
        .select(["vantage_point.name as vantage", "sensor.id as sensor", "sensor.stated_at"])
        .orderBy("source.id")
        .execute();
      for (const row of rows) {
        yield {
          row: row.sensor === null ? `the source ${row.id}, which belongs to no sensor` : watchOf(row.sensor),
          fields: {
            kind: row.kind,
            vantage: row.vantage,
            watchedFrom: instant(row.watched_from),
            watchedUntil: instant(asStated(row.watched_until, row.stated_until, row.stated_at)),
          },
        };
      }
    },
  }),
  binding({
    table: "coverage",
    types: ["sensor-watched"],
    key: ["source_id", "covered_from"],
    columns: { until: "covered_to", vantage: ["vantage_id", "vantage_point.name"], trusted: "trusted" },
    states: ({ data: { sensor, name, from, until, ended } }) =>
      ended ? [{ row: stretchOf(sensor, from), fields: { until, vantage: hostVantage(name), trusted: true } }] : [],
    async *rows(db) {
      const rows = await db
        .selectFrom("coverage")
        .innerJoin("vantage_point", "vantage_point.id", "coverage.vantage_id")
        .leftJoin("sensor", "sensor.source_id", "coverage.source_id")
        .select(["covered_from", "covered_to", "trusted", "vantage_point.name as vantage", "sensor.id as sensor"])
        .where("coverage.source_id", "is not", null)
        .orderBy("coverage.source_id")
        .orderBy("covered_from")
        .execute();
      for (const { sensor, covered_from: from, covered_to: to, vantage, trusted } of rows) {
        yield {
          row: stretchOf(sensor, formatInstant(from.getTime())),
          fields: { until: instant(to), vantage, trusted },
        };
      }
    },
  }),
  binding({
    table: "coverage_cut",
    types: ["sensor-set-back"],
    key: ["source_id", "covered_from"],
    columns: { countsUntil: "counts_until" },
    states: ({ data: { sensor, stretches } }) =>
      stretches.map(([from, countsUntil]) => ({ row: stretchOf(sensor, from), fields: { countsUntil } })),
    async *rows(db) {
      const rows = await db
        .selectFrom("coverage_cut")
        .leftJoin("sensor", "sensor.source_id", "coverage_cut.source_id")
        .select(["sensor.id as sensor", "covered_from", "counts_until"])
        .orderBy("coverage_cut.source_id")
        .orderBy("covered_from")
        .execute();
      for (const { sensor, covered_from: from, counts_until: until } of rows) {
        yield { row: stretchOf(sensor, formatInstant(from.getTime())), fields: { countsUntil: instant(until) } };
      }
    },
  }),
  binding({
    table: "gap",
    types: ["sensor-gap-recorded"],
    always: true,
    key: ["source_id", "cause", "gap_from", "gap_to"],
    columns: { detail: "detail", recordedAt: "recorded_at" },
    states: ({ at, data: { sensor, cause, from, to } }) => [
      { row: gapOf(sensor, cause, from, to), fields: { detail: null, recordedAt: at } },
    ],
    async *rows(db) {
      const rows = await db
        .selectFrom("gap")
        .leftJoin("sensor", "sensor.source_id", "gap.source_id")
        .select(["sensor.id as sensor", "cause", "gap_from", "gap_to", "detail", "recorded_at"])
        .where("gap.source_id", "is not", null)
        .orderBy("gap.id")
        .execute();
      for (const { sensor, cause, gap_from: from, gap_to: to, detail, recorded_at: at } of rows) {
        yield {
          row: gapOf(sensor, cause, formatInstant(from.getTime()), formatInstant(to.getTime())),
          fields: { detail, recordedAt: instant(at) },
        };
      }
    },
  }),
  binding({
    table: "source_interval",
    types: ["listeners-observed", "sensor-set-back"],
    key: ["source_id", "key", "during"],
    columns: { until: "during", estimated: "estimated", listener: "value" },
    states(entry): Claim[] {
      const { sensor } = entry.data;
      const endedAt = ([key, since, until]: readonly [string, string, string]): Claim => ({
        row: listenerOf(sensor, key, since),
        fields: { until },
      });
      switch (entry.type) {
        case "listeners-observed":
          return [
            ...entry.data.began.map(([key, since, until, estimated, listener]) => ({
              row: listenerOf(sensor, key, since),
              fields: { until, estimated, listener },
            })),
            ...entry.data.ended.map(endedAt),
          ];
        case "sensor-set-back":
          return [
            ...entry.data.removed.map(([key, since]) => ({
              row: listenerOf(sensor, key, since),
              fields: "gone" as const,
            })),
            ...entry.data.shortened.map(endedAt),
          ];
      }
    },
    async *rows(db) {
      for await (const { sensor, key, since, until, estimated, value } of everyInterval(db)) {
        yield {
          row: listenerOf(sensor, key, formatInstant(since.getTime())),
          fields: { until: instant(until), estimated, listener: value },
        };
      }
    },
  }),
];

interface Interval {
  readonly source_id: number;
  readonly sensor: number | null;
  readonly key: string;
  readonly since: Date;
  readonly until: Date | null;
  readonly estimated: boolean;
  readonly value: JsonValue;
  /** The beginning, to the microsecond. */
  readonly place: string;
}

async function* everyInterval(db: Db): AsyncGenerator<Interval, undefined> {
  for (let [source, key, place] = [0, "", "-infinity"]; ;) {
    const { rows } = await sql<Interval>`
      SELECT i.source_id, s.id AS sensor, i.key, lower(i.during) AS since, upper(i.during) AS until,
        i.estimated, i.value, lower(i.during)::text AS place
      FROM source_interval AS i LEFT JOIN sensor AS s ON s.source_id = i.source_id
      WHERE (i.source_id, i.key, lower(i.during)) > (${source}::integer, ${key}::text, ${place}::text::timestamptz)
      ORDER BY i.source_id, i.key, lower(i.during) LIMIT ${sql.lit(ROWS_A_PAGE)}`.execute(db);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    [source, key, place] = [last.source_id, last.key, last.place];
  }
}

function watchOf(sensor: number): string {
  return `the watch of ${sensorOf(sensor)}`;
}

/** A source that belongs to no sensor was not enrolled. */
function ofSensor(sensor: number | null): string {
  return sensor === null ? "no sensor" : sensorOf(sensor);
}

function stretchOf(sensor: number | null, from: string): string {
  return `the stretch that ${ofSensor(sensor)} watched from ${from}`;
}

function gapOf(sensor: number | null, cause: string, from: string, to: string): string {
  return `the gap ${cause} of ${ofSensor(sensor)} from ${from} to ${to}`;
}

function listenerOf(sensor: number | null, key: string, since: string): string {
  return `the listener ${key} of ${ofSensor(sensor)} since ${since}`;
}
