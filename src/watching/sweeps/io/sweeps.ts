import type { SweepHooks } from "../../../contract/index.ts";
import type { Clock } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { recordChange, recordMark, type Change } from "../../../record/change/index.ts";
import type { SigningKey } from "../../../record/evidence/index.ts";
import { recordAddresses } from "../../../record/history/index.ts";
import type { ResolvedScope } from "../../../scope/index.ts";
import type { Engine } from "../../../sensing/scanner/index.ts";
import type { Identify } from "./ask-services.ts";
import { adoptSweep, beginSweep, type Orphans, type SweepOrder } from "./begin-sweep.ts";
import { createLookMemory } from "./look-memory.ts";
import { performSweep } from "./perform-sweep.ts";
import type { ProbeParameters } from "./probe-plan.ts";
import type { RecordedSweep } from "./record-sweep.ts";
import { createSharedPace, type Post } from "./shared-pace.ts";
import { runningSweeps, sweepById, type StoredSweep } from "./stored-sweeps.ts";
import { releaseLease, type Claim } from "./sweep-store.ts";

export interface SweepsDeps {
  readonly store: Pick<Store, "db" | "transaction" | "kind">;
  readonly clock: Clock;
  /**
   * Signs what is recorded. Absent on a worker: what it records is signed by the installation, and so are the addresses
   * of assets the installation's to record, because names may mean something else elsewhere.
   */
  readonly key?: SigningKey | undefined;
  /** Which of the processes that work on the record this is. */
  readonly post?: Post | undefined;
  engineNamed(name: string): Engine;
  /** Identifies the services on open endpoints. Absent: nothing is identified, and the record keeps what it holds. */
  readonly identify?: Identify | undefined;
}

export interface Sweeps {
  /** One run over a plan, from its first probe to its place in the record. */
  run(order: SweepOrder, hooks: SweepHooks): Promise<RecordedSweep>;
  /** Running sweeps of this vantage point that are not of this process: left behind by a crash, or another's work. */
  ofOthers(vantage: string): Promise<StoredSweep[]>;
  /**
   * Takes over a sweep that a crash left behind: resumes it from the recorded index if `mayResume`. Otherwise it sends
   * nothing more and ends the sweep as `partial` with what its journal holds. Undefined when no such sweep was left
   * behind.
   */
  recover(resolved: ResolvedScope, orphans: Orphans, hooks: SweepHooks): Promise<RecordedSweep | undefined>;
}

const WHOLE = { firstIndex: 0, probe: true } as const;

/** The runs of this process: two of them on one embedded database must not adopt each other's sweeps. */
export function createSweeps(deps: SweepsDeps): Sweeps {
  const { store, clock, key } = deps;
  const own = new Set<number>();
  const performing = { ...deps, paceFor: createSharedPace(deps.post), looks: createLookMemory(deps) };

  /** Of which scope the record has the addresses, and the state of the record in which it had them. */
  let noted: { readonly resolved: ResolvedScope; readonly mark: string } | undefined;

  async function noteAddresses(change: Change, resolved: ResolvedScope): Promise<void> {
    const mark = await recordMark(change.tx);
    if (noted?.resolved === resolved && noted.mark === mark) return;
    await recordAddresses(change, resolved, change.at);
    noted = { resolved, mark };
  }

  /** Whatever ends the work, what is not ended in the record is again anybody's to take over. */
  async function owned(claim: Claim, work: () => Promise<RecordedSweep>): Promise<RecordedSweep> {
    const { id } = claim;
    try {
      return await work();
    } catch (problem) {
      await releaseLease(store.db, claim).catch(() => undefined);
      throw problem;
    } finally {
      own.delete(id);
    }
  }

  async function ofOthers(vantage: string): Promise<StoredSweep[]> {
    const running = await runningSweeps(store.db);
    return running.filter((sweep) => sweep.vantage === vantage && !own.has(sweep.id));
  }

  return {
    ofOthers,

    async run(order, hooks) {
      const { plan, resolved, parameters } = order;
      const startedAt = clock.now();
      const id = await recordChange(deps, startedAt, async (change) => {
        const stored = await beginSweep(change, order, deps.post?.id);
        // Before anybody can see it: what is in `own` is nobody's orphan.
        own.add(stored);
        if (key !== undefined) await noteAddresses(change, resolved);
        return stored;
      });
      return await owned({ id, run: 0 }, async () => {
        const sweep = await sweepById(store.db, id);
        if (sweep === undefined) throw new Error(`sweep ${id} vanished after it was stored`);
        return await performSweep(performing, { sweep, plan, resolved, parameters, from: WHOLE }, hooks);
      });
    },

    async recover(resolved, { which, mayResume }, hooks) {
      const candidates = (await ofOthers(resolved.scope.vantage)).filter(which).map(({ id }) => id);
      const claim = { ignoreLease: store.kind === "embedded", worker: deps.post?.id };
      const adopted = await recordChange(deps, clock.now(), (change) =>
        adoptSweep(change, candidates, claim, mayResume),
      );
      if (adopted === undefined) return undefined;
      const { sweep } = adopted;
      own.add(sweep.id);
      const parameters = sweep.parameters as unknown as ProbeParameters;
      return await owned(sweep, () => performSweep(performing, { ...adopted, resolved, parameters }, hooks));
    },
  };
}
