import { type RawBuilder, sql } from "kysely";
import { type Duration, formatInstant, type Instant } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import type { Change } from "../../change/index.ts";
import { looksEntry, type SealedLook } from "../entries.ts";
import { milliseconds } from "./columns.ts";
import { RECORDED_WITHIN } from "./take-look.ts";

/** The looks that one entry states at most: some 150 kB. */
const LOOKS_AN_ENTRY = 4_000;

/** Clocks of processes that share a record differ a little. */
const SKEW: Duration = 60_000;

/** The last entry of a vantage point that states looks: how far it goes, and when it was written. */
const LAST_SEAL = sql`
  SELECT (body::jsonb #>> '{data,through}')::bigint AS through, recorded_at FROM evidence_entry
  WHERE type = 'looks-recorded' AND substring(body from '"vantage":("([^"\\\\]|\\\\.)*")') = to_json(v.name)::text
  ORDER BY index DESC LIMIT 1`;

/**
 * Whether a look waits for its entry. One that is dated well before the last entry, or before the sweep whose states it
 * repeats, was not recorded by Portolan: it is signed for by nothing, ever.
 */
const isPending: RawBuilder<boolean> = sql`(
  look.id > coalesce(seal.through, 0)
  AND look.covered_to >= coalesce(seal.recorded_at, '-infinity') - ${sql.lit(`${RECORDED_WITHIN + SKEW} milliseconds`)}::interval
  AND EXISTS (
    SELECT FROM coverage WHERE coverage.set_id = look.set_id AND coverage.vantage_id = look.vantage_id
      AND coverage.trusted AND coverage.covered_to <= look.covered_to)
)`;

/**
 * States all looks that no entry has stated, in entries of the given change; returns their number. Processes that share
 * a record do so one after the other for each vantage point, and a look is recorded under the same lock: each is stated
 * once.
 */
export async function sealLooks(change: Change): Promise<number> {
  const { tx, at } = change;
  let sealed = 0;
  for (const { vantage } of await pendingLooks(tx)) {
    await tx.selectFrom("vantage_point").select("id").where("name", "=", vantage).forNoKeyUpdate().execute();
    const looks = await readPending(tx, vantage);
    for (let first = 0; first < looks.length; first += LOOKS_AN_ENTRY) {
      change.append(looksEntry(vantage, looks.slice(first, first + LOOKS_AN_ENTRY), at));
    }
    sealed += looks.length;
  }
  return sealed;
}

/** The looks that no entry states yet, by vantage point; `since`: the end of the first. */
export interface PendingLooks {
  readonly vantage: string;
  readonly looks: number;
  readonly since: Instant;
}

export async function pendingLooks(db: Db): Promise<PendingLooks[]> {
  const { rows } = await sql<PendingLooks>`
    SELECT v.name AS vantage, count(*)::int4 AS looks, ${milliseconds(sql`min(look.covered_to)`)} AS since
    FROM vantage_point AS v
    LEFT JOIN LATERAL (${LAST_SEAL}) AS seal ON true
    JOIN look ON look.vantage_id = v.id AND ${isPending}
    WHERE EXISTS (SELECT FROM look WHERE look.vantage_id = v.id)
    GROUP BY v.id, v.name ORDER BY v.id`.execute(db);
  return rows;
}

/** The number of the last look of a vantage point that an entry states; 0: there is none. */
export async function sealedThrough(db: Db, vantage: string): Promise<number> {
  const { rows } = await sql<{ through: number }>`
    SELECT seal.through FROM (SELECT ${vantage}::text AS name) AS v CROSS JOIN LATERAL (${LAST_SEAL}) AS seal`.execute(
    db,
  );
  return rows[0]?.through ?? 0;
}

/** Those of one vantage point, in the order in which they were recorded. */
async function readPending(tx: Tx, vantage: string): Promise<SealedLook[]> {
  const { rows } = await sql<{ id: number; states: string; turn: number | null; from: number; to: number }>`
    SELECT look.id, encode(s.root, 'hex') AS states, look.turn,
      ${milliseconds(sql`covered_from`)} AS from, ${milliseconds(sql`covered_to`)} AS to
    FROM vantage_point AS v
    LEFT JOIN LATERAL (${LAST_SEAL}) AS seal ON true
    JOIN look ON look.vantage_id = v.id AND ${isPending}
    JOIN coverage_set AS s ON s.id = look.set_id
    WHERE v.name = ${vantage}
    ORDER BY look.id`.execute(tx);
  return rows.map(({ turn, ...look }) => ({ ...look, turn: turn ?? undefined }));
}

/** A look that is not pending: entries state it, or it contradicts them. */
export interface SettledLook {
  readonly vantage: string;
  readonly states: string;
  readonly turn: number | undefined;
  readonly from: string;
  /** Milliseconds. */
  readonly took: number;
}

const ROWS_A_PAGE = 5_000;

export async function* settledLooks(db: Db): AsyncGenerator<SettledLook, undefined> {
  for (let after = 0; ;) {
    const { rows } = await sql<{
      id: number;
      vantage: string;
      states: string;
      turn: number | null;
      from: number;
      to: number;
      pending: boolean;
    }>`
      SELECT look.id, v.name AS vantage, encode(s.root, 'hex') AS states, look.turn,
        ${milliseconds(sql`covered_from`)} AS from, ${milliseconds(sql`covered_to`)} AS to, ${isPending} AS pending
      FROM (SELECT * FROM look WHERE id > ${after} ORDER BY id LIMIT ${sql.lit(ROWS_A_PAGE)}) AS look
      JOIN vantage_point AS v ON v.id = look.vantage_id
      JOIN coverage_set AS s ON s.id = look.set_id
      LEFT JOIN (SELECT v.id, seal.* FROM vantage_point AS v CROSS JOIN LATERAL (${LAST_SEAL}) AS seal) AS seal
        ON seal.id = look.vantage_id
      ORDER BY look.id`.execute(db);
    for (const { vantage, states, turn, from, to, pending } of rows) {
      if (pending) continue;
      yield { vantage, states, turn: turn ?? undefined, from: formatInstant(from), took: to - from };
    }
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    after = last.id;
  }
}
