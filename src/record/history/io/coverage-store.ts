import { sql } from "kysely";
import type { Duration, Instant, Period } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { addressSet, type AddressSet } from "../../../scope/index.ts";
import type { KeyRange } from "../blocks.ts";
import type { CoverageBlock } from "../coverage.ts";
import { compareLooks } from "../endpoint-fold.ts";
import { blocksOfStates, createPieceReader } from "../host-states.ts";
import type { CoverageLayer } from "../state-map.ts";
import { milliseconds, timestamp } from "./columns.ts";
import { isKnownBy } from "./known-by.ts";
import { statesOfSets } from "./host-state-store.ts";
import { trustedCoverage } from "./trusted-coverage.ts";

/**
 * The observer that covered a stretch of time: a run of a sweep, for the endpoints it probed, or a source, for
 * everything it can see.
 */
export type Observer =
  { readonly sweepId: number; readonly run: number; readonly setId: number } | { readonly sourceId: number };

/** Inserts coverage of one vantage point, from any observer. */
export async function insertCoverage(
  tx: Tx,
  vantage: number,
  rows: readonly (Period & { readonly by: Observer; readonly trusted: boolean })[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto("coverage")
    .values(
      rows.map(({ by, from, to, trusted }) => ({
        ...("sourceId" in by ? { source_id: by.sourceId } : { sweep_id: by.sweepId, run: by.run, set_id: by.setId }),
        vantage_id: vantage,
        covered_from: timestamp(from),
        covered_to: timestamp(to),
        trusted,
      })),
    )
    .execute();
}

/** Trusted coverage at the instant that was no older than `oldest`: the latest time of each set, latest first. */
export async function layersAt(
  db: Db,
  query: {
    vantage: number;
    at: Instant;
    oldest: Duration;
    ranges: readonly KeyRange[];
    /** Only what the record had by then; absent: all that it has now. */
    knownBy?: Instant | undefined;
  },
): Promise<CoverageLayer[]> {
  const { rows } = await sql<{ set_id: number; sweep_id: number; run: number; covered_to: number }>`
    SELECT DISTINCT ON (set_id) set_id, sweep_id, run, ${milliseconds(sql`covered_to`)} AS covered_to
    FROM ${trustedCoverage(query.vantage)} AS seen
    WHERE covered_to <= ${timestamp(query.at)} AND covered_to >= ${timestamp(query.at - query.oldest)}
      AND ${isKnownBy(query.knownBy, sql`sweep_id`)}
    ORDER BY set_id, seen.covered_to DESC, sweep_id DESC, run DESC`.execute(db);
  const looks = rows.map((row) => ({
    setId: row.set_id,
    probedTo: row.covered_to,
    sweepId: row.sweep_id,
    run: row.run,
  }));
  const blocks = await blocksOfSets(
    db,
    looks.map((look) => look.setId),
    query.ranges,
  );
  return looks
    .sort((a, b) => compareLooks(b, a))
    .map(({ setId, probedTo }) => ({ lookedAt: probedTo, blocks: blocks.get(setId) ?? [] }))
    .filter((layer) => layer.blocks.length > 0);
}

/** The addresses that answered a sweep, by an open port or by a refusal: hosts, not addresses that nobody uses. */
export async function answeringAddresses(db: Db, sweepId: number): Promise<AddressSet> {
  const { rows } = await sql<{ first: string; last: string }>`
    SELECT DISTINCT host(h.first_address) AS first, host(h.last_address) AS last
    FROM coverage JOIN coverage_set AS s ON s.id = coverage.set_id
      CROSS JOIN unnest(s.hosts) AS member (id) JOIN host_state AS h ON h.id = member.id
    WHERE sweep_id = ${sweepId} AND h.states ~ ' (open|closed) '`.execute(db);
  return addressSet(rows);
}

/** The blocks of coverage sets, between the first and the last queried address. */
export async function blocksOfSets(
  db: Db,
  sets: readonly number[],
  ranges: readonly KeyRange[],
): Promise<Map<number, CoverageBlock[]>> {
  const piecesOf = createPieceReader();
  const states = await statesOfSets(db, sets, ranges);
  return new Map([...states].map(([id, texts]) => [id, blocksOfStates(texts, piecesOf)]));
}
