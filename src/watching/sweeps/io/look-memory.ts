import type { Clock, Instant, Period } from "../../../model/index.ts";
import { recordChange, recordMark, type ChangeDeps } from "../../../record/change/index.ts";
import { holdVantage, repeatLook } from "../../../record/history/index.ts";
import { sawTheSame, type SeenStates } from "../seen-states.ts";
import type { RecordedSweep } from "./record-sweep.ts";
import type { StoredSweep } from "./stored-sweeps.ts";
import { holdClaim, removeRunning } from "./sweep-store.ts";

/** A look, with everything that it followed from. */
export interface KeptLook {
  /** The state of the record that it was judged by. */
  readonly mark: string;
  readonly scopeVersion: number;
  readonly states: SeenStates;
  /** From then on the same states may mean something else. */
  readonly until: Instant;
  /** The set of states in the record. */
  readonly set: number;
  readonly recorded: RecordedSweep;
}

/**
 * The last look of known endpoints of each vantage point. Judging a look reads the history, the services and the findings
 * of all its endpoints. If the record has not changed since and the states are the same, the judgement is the same, and
 * a look takes one row.
 */
export interface LookMemory {
  keep(vantage: string, look: KeptLook): void;
  /**
   * Records a sweep as a repetition of the kept look; undefined, and nothing is written, if it is not one. Times of
   * single endpoints in its outcome are those of the kept look.
   */
  repeat(sweep: StoredSweep, seen: SeenLook): Promise<RecordedSweep | undefined>;
}

/** The states that a sweep saw, and when. */
export interface SeenLook extends Period {
  readonly states: SeenStates;
}

export function createLookMemory(deps: ChangeDeps & { readonly clock: Clock }): LookMemory {
  const looks = new Map<string, KeptLook>();
  return {
    keep: (vantage, look) => void looks.set(vantage, look),
    async repeat(sweep, { states, from, to }) {
      const at = deps.clock.now();
      const kept = looks.get(sweep.vantage);
      if (kept === undefined || at >= kept.until || kept.scopeVersion !== sweep.scopeVersion) return undefined;
      if (!sawTheSame(kept.states, states)) return undefined;
      const isRecorded = await recordChange(deps, at, async ({ tx }) => {
        const vantage = await holdVantage(tx, sweep.vantage);
        if ((await recordMark(tx)) !== kept.mark || !(await holdClaim(tx, sweep))) return false;
        if (!(await repeatLook(tx, { vantage, set: kept.set, from, to, recordedAt: at }))) return false;
        await removeRunning(tx, sweep);
        return true;
      });
      if (!isRecorded) return undefined;
      const { verdict, counts, recall } = kept.recorded.sweep;
      const ended = { ...sweep, endedAt: at, verdict, counts, recall };
      return { ...kept.recorded, repeats: true, sweep: ended, runs: [{ probedFrom: from, probedTo: to }] };
    },
  };
}
