import { sql } from "kysely";
import type { Duration, Instant, Period } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { addressSet, type AddressSet } from "../../../scope/index.ts";
import { isObservedState } from "../as-of.ts";
import type { KeyRange } from "../blocks.ts";
import { addressOf } from "../address-key.ts";
import {
  type CoverageBlock,
  coverageBlocks,
  type CoverageRange,
  coverageSetOf,
  type CoverageSet,
} from "../coverage.ts";
import { compareLooks } from "../endpoint-fold.ts";
import type { Span } from "../spans.ts";
import type { CoverageLayer } from "../state-map.ts";
import { chunksOf, column, milliseconds, timestamp } from "./columns.ts";
import { trustedCoverage } from "./trusted-coverage.ts";

/** Stores a coverage set unless the record already has it. */
export async function coverageSetId(tx: Tx, set: CoverageSet): Promise<number> {
  const { digest, extent, endpoints } = set;
  const inserted = await tx
    .insertInto("coverage_set")
    .values({ digest, extent, endpoints })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) {
    const found = await tx
      .selectFrom("coverage_set")
      .select("id")
      .where("digest", "=", digest)
      .executeTakeFirstOrThrow();
    return found.id;
  }
  for (const ranges of chunksOf(set.ranges)) {
    await sql`
      INSERT INTO coverage_range (set_id, first_address, last_address, transport, state, ports)
      SELECT ${inserted.id}, r.* FROM unnest(
        ${column(ranges.map((range) => range.first))}::inet[],
        ${column(ranges.map((range) => range.last))}::inet[],
        ${column(ranges.map((range) => range.transport))}::text[],
        ${column(ranges.map((range) => range.state))}::text[],
        ${column(ranges.map((range) => multirange(range.ports)))}::text[]::int4multirange[]
      ) AS r`.execute(tx);
  }
  return inserted.id;
}

/** The set, if the record has it. */
export async function storedSetId(tx: Tx, { digest }: CoverageSet): Promise<number | undefined> {
  const found = await tx.selectFrom("coverage_set").select("id").where("digest", "=", digest).executeTakeFirst();
  return found?.id;
}

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
  query: { vantage: number; at: Instant; oldest: Duration; ranges: readonly KeyRange[] },
): Promise<CoverageLayer[]> {
  const { rows } = await sql<{ set_id: number; sweep_id: number; run: number; covered_to: number }>`
    SELECT DISTINCT ON (set_id) set_id, sweep_id, run, ${milliseconds(sql`covered_to`)} AS covered_to
    FROM ${trustedCoverage(query.vantage)} AS seen
    WHERE covered_to <= ${timestamp(query.at)} AND covered_to >= ${timestamp(query.at - query.oldest)}
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
    SELECT DISTINCT host(first_address) AS first, host(last_address) AS last
    FROM coverage JOIN coverage_range USING (set_id)
    WHERE sweep_id = ${sweepId} AND state IN ('open', 'closed')`.execute(db);
  return addressSet(rows);
}

/**
 * The blocks of coverage sets, limited to the first and the last queried address. Each set is read as one text: a large
 * one has tens of thousands of ranges, and a row of the driver costs more than the range.
 */
export async function blocksOfSets(
  db: Db,
  sets: readonly number[],
  ranges: readonly KeyRange[],
): Promise<Map<number, CoverageBlock[]>> {
  const [first, last] = [ranges.at(0), ranges.at(-1)];
  if (sets.length === 0 || first === undefined || last === undefined) return new Map();
  const { rows } = await sql<{ set_id: number; ranges: string }>`
    SELECT set_id, string_agg(
      host(first_address) || ' ' || host(last_address) || ' ' || transport || ' ' || state || ' ' || ports::text, E'\n'
    ) AS ranges
    FROM coverage_range
    WHERE set_id = ANY (${column(sets)}::bigint[])
      AND first_address <= ${addressOf(last.hi)}::text::inet AND last_address >= ${addressOf(first.lo)}::text::inet
    GROUP BY set_id`.execute(db);
  // Many hosts are alike, so each distinct text of ports is parsed once.
  const known = new Map<string, Span[]>();
  const portsOf = (text: string): Span[] => {
    let ports = known.get(text);
    if (ports === undefined) known.set(text, (ports = readMultirange(text)));
    return ports;
  };
  return new Map(
    rows.map((row) => [row.set_id, coverageBlocks(row.ranges.split("\n").map((line) => readRange(line, portsOf)))]),
  );
}

/** Every stored set, one at a time, with its digest as stored and as its ranges give it. */
export async function* eachCoverageSet(
  db: Db,
): AsyncGenerator<{ readonly digest: string; readonly endpoints: number; readonly recomputed: string }, undefined> {
  let after = 0;
  for (;;) {
    const { rows } = await sql<{ id: number; digest: string; endpoints: number; ranges: string | null }>`
      SELECT id, digest, endpoints, (
        SELECT string_agg(
          host(first_address) || ' ' || host(last_address) || ' ' || transport || ' ' || state || ' ' || ports::text,
          E'\n'
        ) FROM coverage_range WHERE set_id = coverage_set.id) AS ranges
      FROM coverage_set WHERE id > ${after} ORDER BY id LIMIT ${sql.lit(SETS_A_PAGE)}`.execute(db);
    for (const { id, digest, endpoints, ranges } of rows) {
      after = id;
      const blocks =
        ranges === null ? [] : coverageBlocks(ranges.split("\n").map((line) => readRange(line, readMultirange)));
      yield { digest, endpoints, recomputed: coverageSetOf(blocks).digest };
    }
    if (rows.length < SETS_A_PAGE) return undefined;
  }
}

/** A large set has tens of thousands of ranges. */
const SETS_A_PAGE = 20;

function readRange(line: string, portsOf: (text: string) => Span[]): CoverageRange {
  const [first = "", last = "", transport = "", state = "", ports = ""] = line.split(" ");
  if ((transport !== "tcp" && transport !== "udp") || !isObservedState(state)) {
    throw new TypeError(`coverage_range holds ${JSON.stringify(line)}`);
  }
  return { first, last, transport, state, ports: portsOf(ports) };
}

/** PostgreSQL's canonical text of an int4multirange, `{[22,24),[80,81)}`: lower bounds in, upper bounds out. */
function multirange(ports: readonly Span[]): string {
  return `{${ports.map(([first, last]) => `[${first},${last + 1})`).join(",")}}`;
}

function readMultirange(text: string): Span[] {
  const spans: Span[] = [];
  for (const range of text.slice(2, -2).split("),[")) {
    const comma = range.indexOf(",");
    if (comma > 0) spans.push([Number(range.slice(0, comma)), Number(range.slice(comma + 1)) - 1]);
  }
  return spans;
}
