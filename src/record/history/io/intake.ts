import { sql } from "kysely";
import { endpointKey, type Instant } from "../../../model/index.ts";
import type { Change } from "../../change/index.ts";
import { vantagePointId, type Tx } from "../../../platform/storage/index.ts";
import { addressKey, compareKeys, nextKey } from "../address-key.ts";
import { type KeyRange, pieceOf } from "../blocks.ts";
import { type CoverageBlock, coverageBlocks, type CoverageSet, openIn } from "../coverage.ts";
import {
  candidatesOf,
  compareLooks,
  type FoldResult,
  type Look,
  type StateTransition,
  transitionsOf,
} from "../endpoint-fold.ts";
import { stateEntries } from "../entries.ts";
import { servicesEntries } from "../service-entries.ts";
import { type EndedInterval, withEnded } from "../state-changes.ts";
import { foldWatch, type Said, type WatchFold } from "../watch-fold.ts";
import { milliseconds, timestamp } from "./columns.ts";
import { blocksOfSets, insertCoverage } from "./coverage-store.ts";
import { storeCoverageSet } from "./host-state-store.ts";
import { beginIntervals, currentIntervals, endIntervals } from "./interval-store.ts";
import { insertGaps } from "./gap-rows.ts";
import { endServices } from "./service-ends.ts";
import { keepWatching, lockWatch, writeIntervals } from "./watch-store.ts";
import { trustedCoverage } from "./trusted-coverage.ts";

/** The observations of one uninterrupted run of a sweep. */
export interface ObservedRun {
  /** Counts the starts of the sweep: 0, then 1 for each resumption. */
  readonly run: number;
  readonly probedFrom: Instant;
  readonly probedTo: Instant;
  readonly coverage: CoverageSet;
  /** Exact times by endpointKey, if known; an endpoint without one counts as seen at `probedTo`. */
  readonly times: ReadonlyMap<string, Instant>;
}

/** A sweep, of this installation or of another scanner: the endpoints it probed, and their states. */
export interface ProbedIntake {
  readonly source: { readonly kind: "sweep" | "import"; readonly sweepId: number };
  readonly vantage: string;
  /** False: the sweep missed too much to be trusted. Only its coverage is recorded. */
  readonly trusted: boolean;
  readonly runs: readonly ObservedRun[];
  /** Runs of a sweep that end later were dated by a clock that ran ahead: they cover nothing. */
  readonly recordedAt?: Instant | undefined;
}

/** What a sweep made of the history. */
export interface TakenIn extends FoldResult {
  /** Transitions, each of which an entry states. */
  readonly changes: number;
  /** By the number of a run. */
  readonly covered: ReadonlyMap<number, CoveredStates>;
}

/** The names that entries use for a coverage set. */
export interface CoveredStates {
  /** The root of the tree over the states of the hosts (hex). */
  readonly states: string;
  /** Of a set that the record has from before states were a tree. */
  readonly coverageDigest?: string;
}

/** What a report of a source made of the history. */
export interface WatchedIn<Value> extends WatchFold<Value> {
  /** Until when an entry states the stretch that the source is watching; absent: none does. */
  readonly statedUntil?: Instant | undefined;
}

/** The change of the record that observations become part of. */
type Recording = Pick<Change, "tx" | "at" | "append">;

/** A source that monitors continuously: its reports since the last intake, in order. */
export interface WatchedIntake<Value> {
  readonly source: { readonly kind: "sensor"; readonly id: number };
  readonly said: readonly Said<Value>[];
  /** It has reported everything until then. */
  readonly until: Instant | undefined;
  readonly recordedAt: Instant;
}

/**
 * Adds observations and the time they cover to the history, inside the caller's change, with the entries that state
 * what they changed; all observations enter here. A sweep without changes writes only its coverage rows. A report of a
 * source takes a number of statements that does not depend on its size. Intakes of one vantage point, or one source, wait
 * for each other.
 */
export function takeIn(change: Recording, intake: ProbedIntake): Promise<TakenIn>;
export function takeIn<Value>(change: Recording, intake: WatchedIntake<Value>): Promise<WatchedIn<Value>>;
export async function takeIn<Value>(
  change: Recording,
  intake: ProbedIntake | WatchedIntake<Value>,
): Promise<TakenIn | WatchedIn<Value>> {
  return "said" in intake ? await takeInWatched(change, intake) : await takeInProbed(change, intake);
}

async function takeInWatched<Value>({ tx }: Recording, intake: WatchedIntake<Value>): Promise<WatchedIn<Value>> {
  const { id } = intake.source;
  const { vantage, watch } = await lockWatch<Value>(tx, id);
  const folded = foldWatch(watch, intake.said, intake.until);
  await writeIntervals(tx, id, folded);
  await insertCoverage(
    tx,
    vantage,
    folded.coverage.map((stretch) => ({ ...stretch, by: { sourceId: id }, trusted: true })),
  );
  await insertGaps(
    tx,
    folded.gaps.map(({ cause, from, to }) => ({
      sourceId: id,
      cause,
      during: { from, to },
      recordedAt: intake.recordedAt,
    })),
  );
  return { ...folded, statedUntil: await keepWatching(tx, id, folded.watch.covered) };
}

async function takeInProbed(change: Recording, intake: ProbedIntake): Promise<TakenIn> {
  const { tx } = change;
  const { trusted, source } = intake;
  const { sweepId } = source;
  const vantage = await holdVantage(tx, intake.vantage);
  const total = { opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: 0 };
  const changes: EndedInterval[] = [];
  const covered = new Map<number, CoveredStates>();
  for (const run of [...intake.runs].sort((a, b) => a.probedTo - b.probedTo || a.run - b.run)) {
    const isVoid = intake.recordedAt !== undefined && run.probedTo > intake.recordedAt;
    if (trusted && !isVoid) {
      const result = await foldRun(tx, vantage, sweepId, run);
      total.opened += result.opened;
      total.closed += result.closed;
      total.changed += result.changed;
      total.ignoredOutOfOrder += result.ignoredOutOfOrder;
      changes.push(...result.changes);
    }
    const { id: setId, root, digest } = await storeCoverageSet(tx, run.coverage);
    const states = Buffer.from(root).toString("hex");
    covered.set(run.run, { states, ...(digest === null ? {} : { coverageDigest: digest }) });
    const by = { sweepId, run: run.run, setId };
    await insertCoverage(tx, vantage, [{ by, from: run.probedFrom, to: run.probedTo, trusted }]);
    if (isVoid) await tx.insertInto("coverage_void").values({ sweep_id: sweepId, run: run.run }).execute();
  }
  change.append(...stateEntries(sweepId, intake.vantage, changes, change.at));
  if (total.closed + total.changed > 0) {
    const ended = await endServices(tx, vantage, sweepId);
    change.append(...servicesEntries({ sweep: sweepId, vantage: intake.vantage }, { ended }, change.at));
  }
  return { ...total, changes: changes.length, covered };
}

/** The id of the vantage point, locked against other folds but not against new sweeps that refer to it. */
export async function holdVantage(tx: Tx, name: string): Promise<number> {
  const id = await vantagePointId(tx, name);
  await tx.selectFrom("vantage_point").select("id").where("id", "=", id).forNoKeyUpdate().execute();
  return id;
}

async function foldRun(
  tx: Tx,
  vantage: number,
  sweepId: number,
  run: ObservedRun,
): Promise<FoldResult & { readonly changes: readonly EndedInterval[] }> {
  const blocks = coverageBlocks(run.coverage.ranges);
  const ranges = rangesOf(blocks);
  const intervals = await currentIntervals(tx, vantage, ranges);
  const current = new Map(intervals.map((interval) => [endpointKey(interval.endpoint), interval]));
  const look = lookOf({ sweepId, run: run.run, probedFrom: run.probedFrom, probedTo: run.probedTo }, blocks);
  const { candidates, ignored } = candidatesOf(look, current, openIn(blocks), run.times);
  const changes: EndedInterval[] = [];
  const result = { opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: ignored, changes };
  if (candidates.length === 0) return result;

  const changing = candidates.map(({ endpoint }) => addressKey(endpoint.address)).sort(compareKeys);
  const earliest = candidates.reduce((least, { from }) => Math.min(least, from), Infinity);
  const others = await looksAfter(
    tx,
    vantage,
    sweepId,
    earliest,
    changing.map((key) => ({ lo: key, hi: key })),
  );
  const begun: StateTransition[][] = [];
  const ended: { endpointId: number; at: Instant; sweepId: number }[] = [];
  for (const candidate of candidates) {
    const transitions = transitionsOf(candidate, sweepId, others);
    const [first] = transitions;
    if (first === undefined) {
      result.ignoredOutOfOrder++;
      continue;
    }
    begun.push(transitions);
    changes.push(...withEnded(transitions, candidate.current));
    if (candidate.state === "open") result.opened++;
    else if (candidate.current?.state === "open") result.closed++;
    else result.changed++;
    const interval = current.get(endpointKey(candidate.endpoint));
    if (interval !== undefined) ended.push({ endpointId: interval.endpointId, at: first.at, sweepId });
  }
  // An interval has to end before the next one begins, or the exclusion constraint refuses the next.
  await endIntervals(tx, vantage, ended);
  await beginIntervals(tx, vantage, begun);
  return result;
}

/** Trusted looks in the record that ended at or after `from`, earlier ones first; those without a sweep under `sweepId`. */
async function looksAfter(
  tx: Tx,
  vantage: number,
  sweepId: number,
  from: Instant,
  ranges: readonly KeyRange[],
): Promise<Look[]> {
  const { rows } = await sql<{
    sweep_id: number;
    run: number;
    set_id: number;
    covered_from: number;
    covered_to: number;
  }>`
    SELECT sweep_id, run, set_id,
      ${milliseconds(sql`covered_from`)} AS covered_from, ${milliseconds(sql`covered_to`)} AS covered_to
    FROM ${trustedCoverage(vantage)} AS seen WHERE covered_to >= ${timestamp(from)}`.execute(tx);
  const blocks = await blocksOfSets(tx, [...new Set(rows.map((row) => row.set_id))], ranges);
  const looks = rows.flatMap((row) => {
    const seen = blocks.get(row.set_id);
    const by = row.sweep_id === 0 ? sweepId : row.sweep_id;
    const look = { sweepId: by, run: row.run, probedFrom: row.covered_from, probedTo: row.covered_to };
    return seen === undefined ? [] : [lookOf(look, seen)];
  });
  return looks.sort(compareLooks);
}

export function lookOf(look: Omit<Look, "stateOf">, blocks: readonly CoverageBlock[]): Look {
  return { ...look, stateOf: (endpoint) => pieceOf(blocks, endpoint)?.state };
}

/** The addresses of the blocks, with neighbours joined. */
export function rangesOf(blocks: readonly CoverageBlock[]): KeyRange[] {
  const ranges: { lo: KeyRange["lo"]; hi: KeyRange["hi"] }[] = [];
  for (const { lo, hi } of blocks) {
    const before = ranges.at(-1);
    if (before !== undefined && nextKey(before.hi) === lo) before.hi = hi;
    else ranges.push({ lo, hi });
  }
  return ranges;
}
