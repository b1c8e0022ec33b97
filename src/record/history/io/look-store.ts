import { sql } from "kysely";
import type { Instant, Period } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { milliseconds, timestamp } from "./columns.ts";
import { lookCounts } from "./trusted-coverage.ts";

/** Whether an entry has stated that this vantage point saw the set before. */
export async function wasSeenFrom(tx: Tx, vantage: number, set: number): Promise<boolean> {
  const found = await tx
    .selectFrom("coverage")
    .select("set_id")
    .where("set_id", "=", set)
    .where("vantage_id", "=", vantage)
    .where("trusted", "=", true)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

export async function insertLook(
  tx: Tx,
  look: Period & { readonly vantage: number; readonly set: number; readonly turn: number | undefined },
): Promise<void> {
  await tx
    .insertInto("look")
    .values({
      set_id: look.set,
      vantage_id: look.vantage,
      turn: look.turn ?? null,
      covered_from: timestamp(look.from),
      covered_to: timestamp(look.to),
    })
    .execute();
}

/** How many looks a vantage point had in a period, and the times of the first and the last. */
export interface LookSum extends Period {
  readonly vantage: string;
  /** Of known endpoints, or of the rolling sample. */
  readonly kind: "known" | "rolling";
  readonly looks: number;
}

/** The looks that began in the period, by vantage point and kind. */
export async function lookSums(
  db: Db,
  query: {
    readonly vantage?: string | undefined;
    readonly since?: Instant | undefined;
    readonly until?: Instant | undefined;
  } = {},
): Promise<LookSum[]> {
  const { vantage, since, until } = query;
  const { rows } = await sql<LookSum>`
    SELECT v.name AS vantage, CASE WHEN turn IS NULL THEN 'known' ELSE 'rolling' END AS kind, count(*)::int4 AS looks,
      ${milliseconds(sql`min(covered_from)`)} AS from, ${milliseconds(sql`max(covered_to)`)} AS to
    FROM look JOIN vantage_point AS v ON v.id = look.vantage_id
    WHERE ${lookCounts}
      ${vantage === undefined ? sql`` : sql`AND v.name = ${vantage}`}
      ${since === undefined ? sql`` : sql`AND covered_from >= ${timestamp(since)} AND covered_to >= ${timestamp(since)}`}
      ${until === undefined ? sql`` : sql`AND covered_from < ${timestamp(until)}`}
    GROUP BY v.name, turn IS NULL ORDER BY v.name, turn IS NULL DESC`.execute(db);
  return rows;
}

export interface LatestLook {
  readonly vantage: string;
  readonly endedAt: Instant;
}

/** The latest look, from one vantage point or from any; undefined before the first. */
export async function latestLook(db: Db, vantage?: string): Promise<LatestLook | undefined> {
  const { rows } = await sql<LatestLook>`
    SELECT v.name AS vantage, ${milliseconds(sql`last.covered_to`)} AS "endedAt"
    FROM vantage_point AS v CROSS JOIN LATERAL (
      SELECT covered_to FROM look WHERE vantage_id = v.id AND ${lookCounts} ORDER BY covered_to DESC LIMIT 1
    ) AS last
    ${vantage === undefined ? sql`` : sql`WHERE v.name = ${vantage}`}
    ORDER BY last.covered_to DESC LIMIT 1`.execute(db);
  return rows[0];
}

/** The latest look of the rolling sample; undefined before the first. */
export async function lastRollingLook(
  db: Db,
  vantage: string,
): Promise<{ readonly turn: number; readonly startedAt: Instant } | undefined> {
  const { rows } = await sql<{ turn: number; at: number }>`
    SELECT turn, ${milliseconds(sql`covered_from`)} AS at FROM look
    WHERE vantage_id = (SELECT id FROM vantage_point WHERE name = ${vantage}) AND turn IS NOT NULL AND ${lookCounts}
    ORDER BY covered_to DESC LIMIT 1`.execute(db);
  const [last] = rows;
  return last === undefined ? undefined : { turn: last.turn, startedAt: last.at };
}
