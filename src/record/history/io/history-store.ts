import { sql } from "kysely";
import { type Endpoint, endpointKey, type Instant } from "../../../model/index.ts";
import { vantagePointId, type Db, type Tx } from "../../../platform/storage/index.ts";
import { addressKey, compareKeys, nextKey } from "../address-key.ts";
import { domainOf, type KeyRange, pieceOf } from "../blocks.ts";
import { type CoverageBlock, coverageBlocks, type CoverageSet, openIn } from "../coverage.ts";
import { candidatesOf, compareLooks, type FoldResult, type Look, settle, type StateTransition } from "../intervals.ts";
import type { AddressSet } from "../../../scope/index.ts";
import { milliseconds, timestamp, vantageId } from "./columns.ts";
import { blocksOfSets, coverageSetId } from "./coverage-store.ts";
import { beginIntervals, currentIntervals, endIntervals } from "./interval-store.ts";
import { endServices } from "./service-store.ts";

/** What one uninterrupted run of a sweep saw. */
export interface ObservedRun {
  /** Counts the starts of the sweep: 0, then 1 for each resumption. */
  readonly run: number;
  readonly probedFrom: Instant;
  readonly probedTo: Instant;
  readonly coverage: CoverageSet;
  /** Exact times by endpointKey, as far as known; what has none counts as seen at `probedTo`. */
  readonly times: ReadonlyMap<string, Instant>;
}

export interface SweepObservations {
  readonly sweepId: number;
  readonly vantage: string;
  /** False: the sweep missed too much to be believed. Its coverage is recorded and nothing else. */
  readonly trusted: boolean;
  readonly runs: readonly ObservedRun[];
}

/**
 * Makes what a sweep saw part of the history, inside the caller's transaction. A sweep that saw no change writes its
 * coverage rows alone. Two folds from one vantage point wait for each other.
 */
export async function fold(tx: Tx, observations: SweepObservations): Promise<FoldResult> {
  const { sweepId, trusted } = observations;
  const vantage = await lockVantage(tx, observations.vantage);
  const total = { opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: 0 };
  for (const run of [...observations.runs].sort((a, b) => a.probedTo - b.probedTo || a.run - b.run)) {
    if (trusted) {
      const result = await foldRun(tx, vantage, sweepId, run);
      total.opened += result.opened;
      total.closed += result.closed;
      total.changed += result.changed;
      total.ignoredOutOfOrder += result.ignoredOutOfOrder;
    }
    await tx
      .insertInto("coverage")
      .values({
        sweep_id: sweepId,
        run: run.run,
        vantage_id: vantage,
        set_id: await coverageSetId(tx, run.coverage),
        probed_from: timestamp(run.probedFrom),
        probed_to: timestamp(run.probedTo),
        trusted,
      })
      .execute();
  }
  if (total.closed + total.changed > 0) await endServices(tx, vantage, sweepId);
  return total;
}

/** Endpoints that the record holds open until further notice, by address, transport, port. */
export async function openEndpoints(
  db: Db,
  query: { readonly vantage: string; readonly addresses: AddressSet },
): Promise<Endpoint[]> {
  const vantage = await vantageId(db, query.vantage);
  if (vantage === undefined) return [];
  const { ranges } = domainOf(query.addresses, { tcp: [], udp: [] });
  const open = await currentIntervals(db, vantage, ranges, "open");
  return open.map(({ endpoint }) => endpoint);
}

/** The id of the vantage point, locked against another fold, not against new sweeps that refer to it. */
async function lockVantage(tx: Tx, name: string): Promise<number> {
  const id = await vantagePointId(tx, name);
  await tx.selectFrom("vantage_point").select("id").where("id", "=", id).forNoKeyUpdate().execute();
  return id;
}

async function foldRun(tx: Tx, vantage: number, sweepId: number, run: ObservedRun): Promise<FoldResult> {
  const blocks = coverageBlocks(run.coverage.ranges);
  const ranges = rangesOf(blocks);
  const intervals = await currentIntervals(tx, vantage, ranges);
  const current = new Map(intervals.map((interval) => [endpointKey(interval.endpoint), interval]));
  const look = lookOf({ sweepId, run: run.run, probedFrom: run.probedFrom, probedTo: run.probedTo }, blocks);
  const { candidates, ignored } = candidatesOf(look, current, openIn(blocks), run.times);
  const result = { opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: ignored };
  if (candidates.length === 0) return result;

  const changing = candidates.map(({ endpoint }) => addressKey(endpoint.address)).sort(compareKeys);
  const earliest = candidates.reduce((least, { from }) => Math.min(least, from), Infinity);
  const others = await looksAfter(
    tx,
    vantage,
    earliest,
    changing.map((key) => ({ lo: key, hi: key })),
  );
  const begun: StateTransition[][] = [];
  const ended: { endpointId: number; at: Instant; sweepId: number }[] = [];
  for (const candidate of candidates) {
    const transitions = settle(candidate, sweepId, others);
    const [first] = transitions;
    if (first === undefined) {
      result.ignoredOutOfOrder++;
      continue;
    }
    begun.push(transitions);
    if (candidate.state === "open") result.opened++;
    else if (candidate.current?.state === "open") result.closed++;
    else result.changed++;
    const interval = current.get(endpointKey(candidate.endpoint));
    if (interval !== undefined) ended.push({ endpointId: interval.endpointId, at: first.at, sweepId });
  }
  // An interval has to be over before the next one begins, or the exclusion constraint refuses the next.
  await endIntervals(tx, vantage, ended);
  await beginIntervals(tx, vantage, begun);
  return result;
}

/** Trusted looks in the record that ended at or after `from`, earlier ones first. */
async function looksAfter(tx: Tx, vantage: number, from: Instant, ranges: readonly KeyRange[]): Promise<Look[]> {
  const { rows } = await sql<{ sweep_id: number; run: number; set_id: number; probed_from: number; probed_to: number }>`
    SELECT sweep_id, run, set_id,
      ${milliseconds(sql`probed_from`)} AS probed_from, ${milliseconds(sql`probed_to`)} AS probed_to
    FROM coverage
    WHERE vantage_id = ${vantage} AND trusted AND probed_to >= ${timestamp(from)}`.execute(tx);
  const blocks = await blocksOfSets(tx, [...new Set(rows.map((row) => row.set_id))], ranges);
  const looks = rows.flatMap((row) => {
    const seen = blocks.get(row.set_id);
    const look = { sweepId: row.sweep_id, run: row.run, probedFrom: row.probed_from, probedTo: row.probed_to };
    return seen === undefined ? [] : [lookOf(look, seen)];
  });
  return looks.sort(compareLooks);
}

function lookOf(look: Omit<Look, "stateOf">, blocks: readonly CoverageBlock[]): Look {
  return { ...look, stateOf: (endpoint) => pieceOf(blocks, endpoint)?.state };
}

/** The addresses of blocks, neighbours joined. */
function rangesOf(blocks: readonly CoverageBlock[]): KeyRange[] {
  const ranges: { lo: KeyRange["lo"]; hi: KeyRange["hi"] }[] = [];
  for (const { lo, hi } of blocks) {
    const before = ranges.at(-1);
    if (before !== undefined && nextKey(before.hi) === lo) before.hi = hi;
    else ranges.push({ lo, hi });
  }
  return ranges;
}
