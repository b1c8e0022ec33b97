import { type Duration, endpointKey, type Instant } from "../../../model/index.ts";
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
 * entry states, and contradicts nothing in the history. False, and nothing is written, if it is news in any respect.
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
): Promise<boolean> {
  const { run, turn, recordedAt } = look;
  if (run.probedTo > recordedAt || recordedAt - run.probedTo > RECORDED_WITHIN) return false;
  const vantage = await holdVantage(tx, look.vantage);
  const set = await storedSetId(tx, run.coverage);
  if (set === undefined || !(await wasSeenFrom(tx, vantage, set))) return false;
  const blocks = coverageBlocks(run.coverage.ranges);
  const intervals = await currentIntervals(tx, vantage, rangesOf(blocks));
  const current = new Map(intervals.map((interval) => [endpointKey(interval.endpoint), interval]));
  const { candidates, ignored } = candidatesOf(
    lookOf({ sweepId: 0, run: 0, probedFrom: run.probedFrom, probedTo: run.probedTo }, blocks),
    current,
    openIn(blocks),
    run.times,
  );
  if (candidates.length + ignored > 0) return false;
  await insertLook(tx, { vantage, set, turn, from: run.probedFrom, to: run.probedTo });
  return true;
}
