import { type Duration, endpointKey, type Instant, type Period } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import { coverageBlocks, openIn } from "../coverage.ts";
import { candidatesOf } from "../endpoint-fold.ts";
import { storedSetId } from "./host-state-store.ts";
import { holdVantage, lookOf, rangesOf, type ObservedRun } from "./intake.ts";
import { currentIntervals } from "./interval-store.ts";
import { insertLook, wasSeenFrom } from "./look-store.ts";

/** A look is recorded soon after its last probe; one that is recorded later becomes part of the record as a sweep. */
export const RECORDED_WITHIN: Duration = 120_000;

/**
 * Records the run of a sweep as a look, if it shows exactly what an earlier sweep of its vantage point showed, which an
 * entry states, and contradicts nothing in the history. Returns the number of the set of states; undefined, and nothing
 * is written, if it is news in any respect.
 */
export async function takeLook(
  tx: Tx,
  look: {
    readonly vantage: string;
    readonly run: ObservedRun;
    /** Of a rolling sample. */
    readonly turn: number | undefined;
    readonly recordedAt: Instant;
  },
): Promise<number | undefined> {
  const { run, turn, recordedAt } = look;
  if (!isInTime(run.probedTo, recordedAt)) return undefined;
  const vantage = await holdVantage(tx, look.vantage);
  const set = await storedSetId(tx, run.coverage);
  if (set === undefined || !(await wasSeenFrom(tx, vantage, set))) return undefined;
  const blocks = coverageBlocks(run.coverage.ranges);
  const intervals = await currentIntervals(tx, vantage, rangesOf(blocks));
  const current = new Map(intervals.map((interval) => [endpointKey(interval.endpoint), interval]));
  const { candidates, ignored } = candidatesOf(
    lookOf({ sweepId: 0, run: 0, probedFrom: run.probedFrom, probedTo: run.probedTo }, blocks),
    current,
    openIn(blocks),
    run.times,
  );
  if (candidates.length + ignored > 0) return undefined;
  await insertLook(tx, { vantage, set, turn, from: run.probedFrom, to: run.probedTo });
  return set;
}

/**
 * Records a look that saw the states of an earlier one, in a record to which nothing was added since. False, and nothing
 * is written, if it is recorded too late.
 */
export async function repeatLook(
  tx: Tx,
  { recordedAt, ...look }: Period & { readonly vantage: number; readonly set: number; readonly recordedAt: Instant },
): Promise<boolean> {
  if (!isInTime(look.to, recordedAt)) return false;
  await insertLook(tx, { ...look, turn: undefined });
  return true;
}

function isInTime(probedTo: Instant, recordedAt: Instant): boolean {
  return probedTo <= recordedAt && recordedAt - probedTo <= RECORDED_WITHIN;
}
