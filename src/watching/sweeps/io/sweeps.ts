import type { SweepHooks } from "../../../contract/index.ts";
import { recordChange } from "../../../record/change/index.ts";
import type { SigningKey } from "../../../record/evidence/index.ts";
import { openEndpoints } from "../../../record/history/index.ts";
import {
  endpointKey,
  type Clock,
  type Endpoint,
  type Instant,
  type Recall,
  type Scope,
  type SweepKind,
  type SweepVerdict,
} from "../../../model/index.ts";
import {
  createConditions,
  createPacer,
  planFromJson,
  type Engine,
  type Pacer,
  type Plan,
  type ScanReport,
} from "../../../sensing/scanner/index.ts";
import { addressesOfClass, recordAssetAddresses, type ResolvedScope } from "../../../scope/index.ts";
import { boundSockets, listeningEndpoints } from "../../../sensing/listeners/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { chooseCanaries } from "../canaries.ts";
import { deviationsIn } from "../deviations-swept.ts";
import { reporting } from "../engine-report.ts";
import { inPlan } from "../hosts.ts";
import type { SecondLook } from "../observed-runs.ts";
import { gatherOutcome, type SweepOutcome } from "../sweep-outcome.ts";
import { isTrusted } from "../recall.ts";
import { isAboutService, secondLookAt } from "../second-look.ts";
import { askServices, type Identify } from "./ask-services.ts";
import { lookAgain, notLookedAgain } from "./look-again.ts";
import { probePlan, type Probed, type ProbeParameters } from "./probe-plan.ts";
import { recordSweep, type RecordedSweep } from "./record-sweep.ts";
import { readStanding } from "./standing.ts";
import {
  adoptOrphan,
  insertSweep,
  readChunks,
  releaseLease,
  runningSweeps,
  sweepById,
  type Claim,
  type StoredSweep,
} from "./sweep-store.ts";

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

/** This process among those that share the work and the limits. */
export interface Post {
  readonly id: number | undefined;
  /** Its share of what the scope's limits allow, in (0, 1]; 0 while it is not known to hold one. */
  share(): number;
}

/** A plan that the guard has let pass, and what it is for. */
export interface SweepOrder {
  readonly kind: SweepKind;
  /** Names of the scope targets it is for. */
  readonly targets: readonly string[];
  readonly plan: Plan;
  readonly ports: string;
  readonly engine: string;
  readonly parameters: ProbeParameters;
  readonly resolved: ResolvedScope;
  readonly scopeVersion: number;
  readonly requestedBy: string;
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

/** Which of the sweeps left behind by crashes to take over, and whether to resume or close them. */
export interface Orphans {
  readonly which: (sweep: StoredSweep) => boolean;
  /** Decides by its plan, and by its oldest observation, whether the sweep is still allowed and wanted. */
  readonly mayResume: (sweep: StoredSweep, plan: Plan, oldest: Instant | undefined) => boolean;
}

/** How long a probe waits before it checks again whether this process may send, in milliseconds. */
const WITHOUT_SHARE = 500;

/** The runs of this process: two of them on one embedded database must not adopt each other's sweeps. */
export function createSweeps(deps: SweepsDeps): Sweeps {
  const { store, clock, key } = deps;
  const own = new Set<number>();
  let shared: { readonly limits: string; readonly pacer: Pacer } | undefined;

  /** One pace for all sweeps of this process, until the limits of the scope or its share of them change. */
  function sharedPace({ limits }: Scope): Pacer {
    const paceNow = (share: number): Pacer => {
      const asText = `${limits.rate} ${limits.perHostRate} ${share}`;
      if (shared?.limits !== asText) {
        const rates = { rate: limits.rate * share, perHostRate: limits.perHostRate * share };
        shared = { limits: asText, pacer: createPacer({ ...rates, now: performance.now(), exempt: () => false }) };
      }
      return shared.pacer;
    };
    return {
      exempt: () => false,
      take(address, nowMs) {
        const share = deps.post?.share() ?? 1;
        return share > 0 ? paceNow(share).take(address, nowMs) : WITHOUT_SHARE;
      },
    };
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

  async function perform(
    sweep: StoredSweep,
    plan: Plan,
    resolved: ResolvedScope,
    parameters: ProbeParameters,
    from: { readonly firstIndex: number; readonly probe: boolean },
    hooks: SweepHooks,
  ): Promise<RecordedSweep> {
    const local = resolved.own.union(addressesOfClass("loopback"));
    const isOwn = (address: string): boolean => local.has(address);
    const { engine, report: engineReport } = reporting(deps.engineNamed(sweep.engine));
    const conditions = createConditions(performance.now());
    const probing = { store, clock, engine, isOwn, shared: sharedPace(resolved.scope), conditions };
    let probed: Probed | undefined;
    const heardBefore = new Set((from.probe ? await listeningIn(plan, resolved) : []).map(endpointKey));
    if (from.probe && from.firstIndex < plan.size) {
      probed = await probePlan(
        probing,
        { id: sweep.id, run: sweep.run, plan, firstIndex: from.firstIndex },
        parameters,
        hooks,
      );
    }
    const chunks = await readChunks(store.db, sweep.id);
    const late = probed?.late ?? [];
    const gather = (looks: readonly SecondLook[], undecided: readonly Endpoint[]): SweepOutcome => {
      const addresses = new Set(conditions.report().doubtful.map(({ address }) => address));
      const doubt = { addresses, knownFrom: from.firstIndex };
      return gatherOutcome(plan, chunks, { run: sweep.run, looks: [...late, ...looks], undecided }, doubt);
    };
    const first = gather([], []);

    const standing = await readStanding(store.db, sweep.vantage, clock.now());
    const { deviations, isActive } = deviationsIn(first, standing, sweep, resolved, clock.now());
    const heldOpen = inPlan(plan, await openEndpoints(store.db, { vantage: sweep.vantage, addresses: plan.addresses }));
    const heardAfter = from.probe ? await listeningIn(plan, resolved) : [];
    const listening = heardAfter.filter((endpoint) => heardBefore.has(endpointKey(endpoint)));
    const wanted = secondLookAt({ outcome: first, heldOpen, deviations, isActive });
    const known = [...heldOpen, ...listening];
    const canaries = chooseCanaries({ outcome: first, known, seed: sweep.seed });
    const again = from.probe
      ? await lookAgain(probing, sweep, { first, wanted, canaries, patient: sweep.kind !== "known" }, parameters, hooks)
      : notLookedAgain(wanted.filter((endpoint) => first.stateOf(endpoint) !== "open"));
    const outcome = gather(again.looks, again.undecided);
    const services = await askServices(
      probing,
      sweep,
      {
        plan,
        outcome,
        heldOpen,
        // A new listener is reported without waiting for its banner: the sweep of known endpoints identifies it.
        identify: from.probe && sweep.requestedBy !== "sensor" ? deps.identify : undefined,
        newDeviations: (serviceOf) => {
          const found = deviationsIn(outcome, standing, sweep, resolved, clock.now(), serviceOf);
          return found.deviations.filter((each) => isAboutService(each) && !found.isActive(each));
        },
      },
      parameters,
      hooks,
    );
    hooks.onProgress?.({
      sweepId: sweep.id,
      phase: "recording",
      done: plan.size,
      planned: plan.size,
      open: outcome.counts.open,
      rate: 0,
    });
    const recorded = await recordChange(deps, clock.now(), (change) =>
      recordSweep(change, sweep, {
        plan,
        resolved,
        outcome,
        twice: again.twice,
        services,
        recall: again.recall,
        ...verdictOf(outcome, again.recall, from.probe, hooks, probed?.report),
        engineReport: engineReport(),
        limited: probed?.report.limited ?? [],
      }),
    );
    if (recorded === undefined) throw new Error(`sweep ${sweep.id} was ended by another process`);
    return recorded;
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
        const { tx } = change;
        const sweepId = await insertSweep(
          tx,
          {
            kind: order.kind,
            targets: order.targets,
            vantage: resolved.scope.vantage,
            engine: order.engine,
            parameters: { ...parameters },
            plan: plan.toJson(),
            planDigest: plan.digest,
            seed: plan.seed,
            planned: plan.size,
            scopeVersion: order.scopeVersion,
            requestedBy: order.requestedBy,
            worker: deps.post?.id,
          },
          startedAt,
        );
        // Before anybody can see it: what is in `own` is nobody's orphan.
        own.add(sweepId);
        if (key !== undefined) await recordAssetAddresses(tx, resolved, startedAt);
        change.append({
          type: "sweep-started",
          at: startedAt,
          data: {
            sweep: sweepId,
            kind: order.kind,
            targets: order.targets,
            vantage: resolved.scope.vantage,
            engine: order.engine,
            parameters: { ...parameters },
            addresses: plan.addresses.ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)),
            ports: order.ports,
            planDigest: plan.digest,
            seed: plan.seed,
            planned: plan.size,
            scopeVersion: order.scopeVersion,
            requestedBy: order.requestedBy,
            ...workerOf(deps.post),
          },
        });
        return sweepId;
      });
      return await owned({ id, run: 0 }, async () => {
        const sweep = await sweepById(store.db, id);
        if (sweep === undefined) throw new Error(`sweep ${id} vanished after it was stored`);
        return await perform(sweep, plan, resolved, parameters, { firstIndex: 0, probe: true }, hooks);
      });
    },

    async recover(resolved, { which, mayResume }, hooks) {
      const candidates = (await ofOthers(resolved.scope.vantage)).filter(which).map(({ id }) => id);
      const adopted = await recordChange(deps, clock.now(), async (change) => {
        const { tx, at } = change;
        const sweep = await adoptOrphan(tx, candidates, {
          ignoreLease: store.kind === "embedded",
          worker: deps.post?.id,
        });
        if (sweep === undefined) return undefined;
        const chunks = await readChunks(tx, sweep.id);
        const last = chunks.at(-1);
        const plan = planFromJson(sweep.plan);
        const probe = mayResume(
          sweep,
          plan,
          chunks.find(({ probedFrom, probedTo }) => probedFrom <= probedTo)?.probedFrom,
        );
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
            ...workerOf(deps.post),
          },
        });
        return { sweep, plan, from };
      });
      if (adopted === undefined) return undefined;
      const { sweep, plan, from } = adopted;
      own.add(sweep.id);
      const parameters = sweep.parameters as unknown as ProbeParameters;
      return await owned(sweep, () => perform(sweep, plan, resolved, parameters, from, hooks));
    },
  };
}

/** Endpoints of the plan with a listener on this machine: known to be open without a probe. */
async function listeningIn(plan: Plan, { own }: ResolvedScope): Promise<Endpoint[]> {
  return inPlan(plan, listeningEndpoints(await boundSockets(), own));
}

function workerOf(post: Post | undefined): { worker?: number } {
  return post?.id === undefined ? {} : { worker: post.id };
}

function verdictOf(
  { counts }: Pick<SweepOutcome, "counts">,
  recall: Recall | undefined,
  probed: boolean,
  hooks: SweepHooks,
  report: ScanReport | undefined,
): { verdict: SweepVerdict; reason: string | undefined } {
  const missing = counts["not-scanned"];
  const planned = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const why = missing === 0 ? undefined : whyMissing(missing, planned, probed, hooks, report);
  if (recall !== undefined && !isTrusted(recall)) {
    const missed = `its first probe missed ${recall.canaries - recall.found} of ${recall.canaries} endpoints that were open`;
    return { verdict: "untrusted", reason: why === undefined ? missed : `${missed}; ${why}` };
  }
  return { verdict: missing === 0 ? "complete" : "partial", reason: why };
}

function whyMissing(
  missing: number,
  planned: number,
  probed: boolean,
  hooks: SweepHooks,
  report: ScanReport | undefined,
): string {
  const share = `${missing} of ${planned} endpoints were not probed`;
  if (!probed) return `${share}: the process ended before the sweep did`;
  if (hooks.signal?.aborted === true) return `${share}: ${stopReason(hooks.signal)}`;
  const errors = Object.entries(report?.errors ?? {}).map(([code, count]) => `${code} × ${count}`);
  return errors.length === 0 ? share : `${share}: ${errors.join(", ")}`;
}

function stopReason(signal: AbortSignal): string {
  return signal.reason instanceof Error && signal.reason.name !== "AbortError"
    ? signal.reason.message
    : "it was stopped";
}
