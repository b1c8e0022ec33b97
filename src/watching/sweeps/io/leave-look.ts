import { changesFindings } from "../../../judgement/findings/index.ts";
import { isRoutine } from "../../../model/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { takeLook, type ObservedRun } from "../../../record/history/index.ts";
import type { Judged, Swept } from "./judge-swept.ts";
import type { StoredSweep } from "./stored-sweeps.ts";
import { removeRunning } from "./sweep-store.ts";

/**
 * Replaces a sweep of every minute by a look, if it ran to its end at once and is news in no respect: it saw states that
 * an entry has stated for its vantage point, nothing changed by it, no service was identified, and no finding is to be
 * changed. Returns the number of its set of states; undefined, and nothing is written, for any other sweep.
 */
export async function leaveLook(
  { tx, at }: Change,
  sweep: StoredSweep,
  { verdict, services }: Swept,
  { standing, seen, gone, seenAt }: Judged,
  runs: readonly ObservedRun[],
): Promise<number | undefined> {
  const [run] = runs;
  if (standing.contradicted !== undefined) return undefined;
  if (!isRoutine(sweep.kind) || sweep.announced || sweep.run > 0) return undefined;
  if (verdict !== "complete" || run === undefined || runs.length > 1 || services.asked.length > 0) return undefined;
  if (changesFindings({ standing: standing.findings, seen, gone, at: seenAt, vantage: sweep.vantage }))
    return undefined;
  const turn = sweep.kind === "rolling" ? Number(sweep.parameters["turn"]) : undefined;
  const set = await takeLook(tx, { vantage: sweep.vantage, run, turn, recordedAt: at });
  if (set !== undefined) await removeRunning(tx, sweep);
  return set;
}
