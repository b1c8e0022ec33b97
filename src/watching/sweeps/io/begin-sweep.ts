import { isRoutine, type Instant, type SweepKind } from "../../../model/index.ts";
import { refuseWhileAhead, type Change } from "../../../record/change/index.ts";
import type { ResolvedScope } from "../../../scope/index.ts";
import { planFromJson, type Plan } from "../../../sensing/scanner/index.ts";
import { startedEntry } from "../entries.ts";
import type { ProbeParameters } from "./probe-plan.ts";
import type { StoredSweep } from "./stored-sweeps.ts";
import { adoptOrphan, insertSweep, markAnnounced, readChunks } from "./sweep-store.ts";

/** A plan that the guard has let pass, and what it is for. */
export interface SweepOrder {
  readonly kind: SweepKind;
  /** Names of the scope targets it is for. */
  readonly targets: readonly string[];
  readonly plan: Plan;
  readonly engine: string;
  readonly parameters: ProbeParameters;
  readonly resolved: ResolvedScope;
  readonly scopeVersion: number;
  readonly requestedBy: string;
}

/** Which of the sweeps left behind by crashes to take over, and whether to resume or close them. */
export interface Orphans {
  readonly which: (sweep: StoredSweep) => boolean;
  /** Decides by its plan, and by its oldest observation, whether the sweep is still allowed and wanted. */
  readonly mayResume: (sweep: StoredSweep, plan: Plan, oldest: Instant | undefined) => boolean;
}

/**
 * Stores a sweep that is about to begin, and gives its number. Its entry comes with it, or for a sweep of every minute
 * when it becomes part of the record: most of them leave only a look. Refused while the record is ahead of the clock.
 */
export async function beginSweep(change: Change, order: SweepOrder, worker: number | undefined): Promise<number> {
  const { tx, at } = change;
  await refuseWhileAhead(change);
  const { plan, resolved, parameters } = order;
  const facts = {
    kind: order.kind,
    targets: order.targets,
    vantage: resolved.scope.vantage,
    engine: order.engine,
    parameters: { ...parameters },
    planDigest: plan.digest,
    seed: plan.seed,
    planned: plan.size,
    scopeVersion: order.scopeVersion,
    requestedBy: order.requestedBy,
  };
  const announced = !isRoutine(order.kind);
  const id = await insertSweep(tx, { ...facts, plan: plan.toJson(), worker, announced }, at);
  if (announced) change.append(startedEntry({ ...facts, id, startedAt: at, worker }, plan, at));
  return id;
}

/** The entry of the beginning of a sweep of every minute, now that it becomes part of the record. */
export async function announceSweep(change: Change, sweep: StoredSweep, plan: Plan): Promise<void> {
  if (sweep.announced) return;
  await markAnnounced(change.tx, sweep.id);
  change.append(startedEntry(sweep, plan, change.at));
}

/** A sweep that this process has taken over, and the index from which it resumes. */
export interface AdoptedSweep {
  readonly sweep: StoredSweep;
  readonly plan: Plan;
  readonly from: { readonly firstIndex: number; readonly probe: boolean };
}

/** Takes over one of the candidates, with its entry; undefined when none of them is anybody's to take. */
export async function adoptSweep(
  change: Change,
  candidates: readonly number[],
  claim: { readonly ignoreLease: boolean; readonly worker: number | undefined },
  mayResume: Orphans["mayResume"],
): Promise<AdoptedSweep | undefined> {
  const { tx, at } = change;
  const { worker } = claim;
  const adopted = await adoptOrphan(tx, candidates, claim);
  if (adopted === undefined) return undefined;
  const { sweep, before } = adopted;
  const chunks = await readChunks(tx, sweep.id);
  const last = chunks.at(-1);
  const plan = planFromJson(sweep.plan);
  if (!before.announced) change.append(startedEntry(before, plan, at));
  const probe = mayResume(sweep, plan, chunks.find(({ probedFrom, probedTo }) => probedFrom <= probedTo)?.probedFrom);
  const from = { firstIndex: last?.nextIndex ?? 0, probe };
  change.append({
    type: "sweep-resumed",
    at,
    data: {
      sweep: sweep.id,
      run: sweep.run,
      firstIndex: from.firstIndex,
      planned: plan.size,
      goesOn: probe,
      ...(worker === undefined ? {} : { worker }),
    },
  });
  return { sweep, plan, from };
}
