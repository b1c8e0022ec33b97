import type { SweepHooks } from "../../contract/index.ts";
import { appendEntries, type SigningKey } from "../../evidence/index.ts";
import { openEndpoints } from "../../history/index.ts";
import type { Clock, Endpoint, Instant, JsonValue, Scope, SweepKind } from "../../model/index.ts";
import {
  createConditions,
  createPacer,
  planFromJson,
  type Engine,
  type Pacer,
  type Plan,
  type ScanReport,
} from "../../scanner/index.ts";
import { addressesOfClass, recordAssetAddresses, type ResolvedScope } from "../../scope/index.ts";
import type { Store } from "../../storage/index.ts";
import { inPlan } from "../hosts.ts";
import { gatherOutcome, type Outcome, type SecondLook } from "../outcome.ts";
import { secondLookAt } from "../second-look.ts";
import { probeAgain, probePlan, type Probed, type ProbeParameters } from "./probe-plan.ts";
import { deviationsIn, readStanding, recordSweep, type RecordedSweep } from "./record-sweep.ts";
import { adoptOrphan, insertSweep, readChunks, sweepById, type StoredSweep } from "./sweep-store.ts";

export interface SweepsDeps {
  readonly store: Pick<Store, "db" | "transaction" | "kind">;
  readonly clock: Clock;
  readonly key: SigningKey;
  engineNamed(name: string): Engine;
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
  /**
   * Goes on with a sweep that a crash left behind, from the recorded index, or says undefined when there is none.
   * `mayResume` decides by its plan, and by its oldest observation, whether it is still allowed and wanted; otherwise it ends as `partial` with what
   * its journal holds, and nothing more is sent.
   */
  recover(
    resolved: ResolvedScope,
    mayResume: (sweep: StoredSweep, plan: Plan, oldest: Instant | undefined) => boolean,
    hooks: SweepHooks,
  ): Promise<RecordedSweep | undefined>;
}

/** The runs of this process: two of them on one embedded database must not adopt each other's sweeps. */
export function createSweeps(deps: SweepsDeps): Sweeps {
  const { store, clock, key } = deps;
  const own = new Set<number>();
  let shared: { readonly limits: string; readonly pacer: Pacer } | undefined;

  /** One pace for all sweeps of this process, until the limits of the scope change. */
  function sharedPace({ limits }: Scope): Pacer {
    const asText = `${limits.rate} ${limits.perHostRate}`;
    if (shared?.limits !== asText) {
      const pacer = createPacer({ ...limits, now: performance.now(), exempt: () => false });
      shared = { limits: asText, pacer };
    }
    return shared.pacer;
  }

  async function perform(
    sweep: StoredSweep,
    plan: Plan,
    resolved: ResolvedScope,
    parameters: ProbeParameters,
    from: { readonly run: number; readonly firstIndex: number; readonly probe: boolean },
    hooks: SweepHooks,
  ): Promise<RecordedSweep> {
    const local = resolved.own.union(addressesOfClass("loopback"));
    const isOwn = (address: string): boolean => local.has(address);
    const conditions = createConditions(performance.now());
    const engine = deps.engineNamed(sweep.engine);
    const probing = { store, clock, engine, isOwn, shared: sharedPace(resolved.scope), conditions };
    let probed: Probed | undefined;
    if (from.probe && from.firstIndex < plan.size) {
      probed = await probePlan(probing, { id: sweep.id, plan, ...from }, parameters, hooks);
    }
    const chunks = await readChunks(store.db, sweep.id);
    const late = probed?.late ?? [];
    const gather = (looks: readonly SecondLook[], undecided: readonly Endpoint[]): Outcome => {
      const addresses = new Set(conditions.report().doubtful.map(({ address }) => address));
      const doubt = { addresses, knownFrom: from.firstIndex };
      return gatherOutcome(plan, chunks, { run: from.run, looks: [...late, ...looks], undecided }, doubt);
    };
    const first = gather([], []);

    const standing = await readStanding(store.db, sweep.vantage, clock.now());
    const { deviations, isActive } = deviationsIn(first, standing, sweep, resolved, clock.now());
    const heldOpen = inPlan(plan, await openEndpoints(store.db, { vantage: sweep.vantage, addresses: plan.addresses }));
    const wanted = secondLookAt({ outcome: first, heldOpen, deviations, isActive });
    const secondLooks = from.probe ? await probeAgain(probing, sweep.id, wanted, parameters, hooks) : [];

    const decided = new Set(secondLooks.map(({ endpoint }) => plan.indexOf(endpoint)));
    const undecided = wanted.filter(
      (endpoint) => first.stateOf(endpoint) !== "open" && !decided.has(plan.indexOf(endpoint)),
    );
    const outcome = gather(secondLooks, undecided);
    hooks.onProgress?.({
      sweepId: sweep.id,
      phase: "recording",
      done: plan.size,
      planned: plan.size,
      open: outcome.counts.open,
      rate: 0,
    });
    const missing = outcome.counts["not-scanned"];
    const recorded = await store.transaction((tx) =>
      recordSweep(tx, key, sweep, {
        plan,
        resolved,
        outcome,
        secondLooks,
        verdict: missing === 0 ? "complete" : "partial",
        reason: missing === 0 ? undefined : whyMissing(missing, plan.size, from.probe, hooks, probed?.report),
        at: clock.now(),
      }),
    );
    if (recorded === undefined) throw new Error(`sweep ${sweep.id} was ended by another process`);
    return recorded;
  }

  return {
    async run(order, hooks) {
      const { plan, resolved, parameters } = order;
      const startedAt = clock.now();
      const id = await store.transaction(async (tx) => {
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
          },
          startedAt,
        );
        // Before anybody can see it: what is in `own` is nobody's orphan.
        own.add(sweepId);
        await recordAssetAddresses(tx, resolved, startedAt);
        await appendEntries(tx, [
          {
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
            } satisfies { [key: string]: JsonValue },
          },
        ]);
        return sweepId;
      });
      const sweep = await sweepById(store.db, id);
      if (sweep === undefined) throw new Error(`sweep ${id} vanished after it was stored`);
      return await perform(sweep, plan, resolved, parameters, { run: 0, firstIndex: 0, probe: true }, hooks);
    },

    async recover(resolved, mayResume, hooks) {
      const adopted = await store.transaction(async (tx) => {
        const sweep = await adoptOrphan(tx, resolved.scope.vantage, clock.now(), store.kind === "embedded", [...own]);
        if (sweep === undefined) return undefined;
        const chunks = await readChunks(tx, sweep.id);
        const last = chunks.at(-1);
        const plan = planFromJson(sweep.plan);
        const probe = mayResume(
          sweep,
          plan,
          chunks.find(({ probedFrom, probedTo }) => probedFrom <= probedTo)?.probedFrom,
        );
        const from = { run: (last?.run ?? -1) + 1, firstIndex: last?.nextIndex ?? 0, probe };
        await appendEntries(tx, [
          {
            type: "sweep-resumed",
            at: clock.now(),
            data: { sweep: sweep.id, run: from.run, firstIndex: from.firstIndex, planned: plan.size, goesOn: probe },
          },
        ]);
        return { sweep, plan, from };
      });
      if (adopted === undefined) return undefined;
      const { sweep, plan, from } = adopted;
      own.add(sweep.id);
      const parameters = sweep.parameters as unknown as ProbeParameters;
      return await perform(sweep, plan, resolved, parameters, from, hooks);
    },
  };
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
