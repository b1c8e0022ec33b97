import { sql } from "kysely";
import type { Duration, Instant, Period } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { type Covered, sightAt, type SightAt } from "../known.ts";
import type { HeldValue } from "../watch-fold.ts";
import { column, milliseconds, timestamp } from "./columns.ts";
import { watchedStretches } from "./trusted-coverage.ts";

/** The values of a watching source at an instant; empty if it could not observe then. */
export interface WatchedAt<Value> extends SightAt {
  readonly vantage: string;
  /** By key. */
  readonly values: readonly HeldValue<Value>[];
}

/**
 * The values of each source at an instant. `limits`: how long each counts as watching after its last report; later
 * reports can show that it was not watching after all.
 */
export async function watchedAt<Value>(
  db: Db,
  limits: ReadonlyMap<number, Duration>,
  at: Instant,
): Promise<ReadonlyMap<number, WatchedAt<Value>>> {
  const sources = await sql<{ id: number; vantage: string; stretches: readonly (Period & { goesOn: boolean })[] }>`
    SELECT s.id, v.name AS vantage, coalesce((
      SELECT json_agg(json_build_object('from', ${milliseconds(sql`c."from"`)}, 'to', ${milliseconds(sql`c."to"`)}, 'goesOn', c.goes_on))
      FROM (
        (SELECT covered_from AS "from", covered_to AS "to", false AS goes_on FROM ${watchedStretches} AS seen
          WHERE source_id = s.id AND covered_from <= ${timestamp(at)} ORDER BY covered_from DESC LIMIT 1)
        UNION ALL
        SELECT s.watched_from, s.watched_until, true WHERE s.watched_from IS NOT NULL
      ) AS c
    ), '[]') AS stretches
    FROM source AS s JOIN vantage_point AS v ON v.id = s.vantage_id
    WHERE s.id = ANY (${column(limits.keys())}::integer[])`.execute(db);
  const sights = sources.rows.map(({ id, vantage, stretches }) => {
    const covered = stretches.map((stretch): Covered => ({ how: "watched", ...stretch }));
    return { id, vantage, ...sightAt(covered, limits.get(id) ?? 0, at) };
  });
  const seeing = sights.filter(({ isKnown }) => isKnown).map(({ id }) => id);
  const { rows } = await sql<{ source_id: number; value: unknown; since: number; estimated: boolean }>`
    SELECT source_id, value, ${milliseconds(sql`lower(during)`)} AS since, estimated FROM source_interval
    WHERE source_id = ANY (${column(seeing)}::integer[]) AND during @> ${timestamp(at)}
    ORDER BY key`.execute(db);
  const values = Map.groupBy(rows, ({ source_id }) => source_id);
  return new Map(
    sights.map(({ id, ...sight }) => [
      id,
      {
        ...sight,
        values: (values.get(id) ?? []).map(({ value, since, estimated }) => ({
          value: value as Value,
          since,
          estimated,
        })),
      },
    ]),
  );
}

/** The stretches in which each source watched, cut to the period, by its number and in order. */
export async function watchedDuring(db: Db, { from, to }: Period): Promise<ReadonlyMap<number, Period[]>> {
  const { rows } = await sql<{ source_id: number; from: number; to: number }>`
    SELECT source_id, ${milliseconds(sql`greatest("from", ${timestamp(from)})`)} AS "from",
      ${milliseconds(sql`least("to", ${timestamp(to)})`)} AS "to"
    FROM (
      SELECT source_id, covered_from AS "from", covered_to AS "to" FROM coverage WHERE source_id IS NOT NULL
      UNION ALL
      SELECT id, watched_from, watched_until FROM source WHERE watched_from IS NOT NULL
    ) AS stretch
    WHERE "from" < ${timestamp(to)} AND "to" > ${timestamp(from)}
    ORDER BY source_id, "from"`.execute(db);
  return new Map(
    [...Map.groupBy(rows, ({ source_id }) => source_id)].map(([source, stretches]) => [
      source,
      stretches.map((each) => ({ from: each.from, to: each.to })),
    ]),
  );
}

/** Figures of a source from the record. */
export interface SourceFigures {
  readonly vantage: string;
  /** The end of the stretch it is watching; absent: it is not watching. */
  readonly coveredUntil?: Instant | undefined;
  readonly held: number;
  readonly gaps: number;
  readonly lastGap?: (Period & { readonly cause: string }) | undefined;
}

/** Every source, by its number. */
export async function sourceFigures(db: Db): Promise<ReadonlyMap<number, SourceFigures>> {
  const { rows } = await sql<{
    id: number;
    vantage: string;
    until: number | null;
    held: number;
    gaps: number;
    cause: string | null;
    from: number | null;
    to: number | null;
  }>`
    SELECT s.id, v.name AS vantage, ${milliseconds(sql`s.watched_until`)} AS until,
      (SELECT count(*) FROM source_interval WHERE source_id = s.id AND upper_inf(during)) AS held,
      (SELECT count(*) FROM gap WHERE source_id = s.id) AS gaps,
      last.cause, ${milliseconds(sql`last.gap_from`)} AS "from", ${milliseconds(sql`last.gap_to`)} AS "to"
    FROM source AS s
    JOIN vantage_point AS v ON v.id = s.vantage_id
    LEFT JOIN LATERAL (
      SELECT cause, gap_from, gap_to FROM gap WHERE source_id = s.id ORDER BY gap_to DESC LIMIT 1
    ) AS last ON true`.execute(db);
  return new Map(
    rows.map(({ id, vantage, until, held, gaps, cause, from, to }): [number, SourceFigures] => [
      id,
      {
        vantage,
        coveredUntil: until ?? undefined,
        held,
        gaps,
        lastGap: cause === null || from === null || to === null ? undefined : { cause, from, to },
      },
    ]),
  );
}
