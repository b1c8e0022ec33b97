import type { SweepHooks } from "../../../contract/index.ts";
import { endpointKey, isRoutine, type Endpoint, type Scope } from "../../../model/index.ts";
import { recordChange, recordMark, type ChangeDeps } from "../../../record/change/index.ts";
import { openEndpoints } from "../../../record/history/index.ts";
import { addressesOfClass, type ResolvedScope } from "../../../scope/index.ts";
import { boundSockets, listeningEndpoints } from "../../../sensing/listeners/index.ts";
import { createConditions, type Engine, type Pacer, type Plan } from "../../../sensing/scanner/index.ts";
import { chooseCanaries } from "../canaries.ts";
import { deviationsIn, type Standing } from "../deviations-swept.ts";
import { reporting } from "../engine-report.ts";
import { inPlan } from "../hosts.ts";
import { isAboutService, secondLookAt } from "../second-look.ts";
import type { SecondLook } from "../observed-runs.ts";
import { meansTheSameUntil, seenStates } from "../seen-states.ts";
import { gatherOutcome, type SweepOutcome } from "../sweep-outcome.ts";
import { verdictOf } from "../verdict.ts";
import { askServices, type Identify } from "./ask-services.ts";
import { lookAgain, notLookedAgain, type LookedAgain } from "./look-again.ts";
import type { LookMemory, SeenLook } from "./look-memory.ts";
import { probePlan, type Probed, type ProbeDeps, type ProbeParameters } from "./probe-plan.ts";
import { recordSweep, type RecordedSweep } from "./record-sweep.ts";
import { readStanding } from "./standing.ts";
import type { StoredSweep } from "./stored-sweeps.ts";
import { readChunks } from "./sweep-store.ts";

export interface PerformDeps extends Pick<ChangeDeps, "key">, Pick<ProbeDeps, "store" | "clock"> {
  engineNamed(name: string): Engine;
  readonly identify?: Identify | undefined;
  paceFor(scope: Scope): Pacer;
  readonly looks: LookMemory;
}

/** A sweep of this process, and how far it has come. */
export interface OwnSweep {
  readonly sweep: StoredSweep;
  readonly plan: Plan;
  readonly resolved: ResolvedScope;
  readonly parameters: ProbeParameters;
  /** Where it resumes, and whether it may send anything. */
  readonly from: { readonly firstIndex: number; readonly probe: boolean };
}

/** Probes the rest of the plan, confirms, identifies, and records the results. */
export async function performSweep(deps: PerformDeps, own: OwnSweep, hooks: SweepHooks): Promise<RecordedSweep> {
  const { store, clock } = deps;
  const { sweep, plan, resolved, parameters, from } = own;
  const local = resolved.own.union(addressesOfClass("loopback"));
  const isOwn = (address: string): boolean => local.has(address);
  const { engine, report: engineReport } = reporting(deps.engineNamed(sweep.engine));
  const conditions = createConditions(performance.now());
  const probing = { store, clock, engine, isOwn, shared: deps.paceFor(resolved.scope), conditions };

  const began = clock.now();
  const mark = await recordMark(store.db);
  const heardBefore = await listeningIn(own);
  const probed = await probeRest(probing, own, hooks);
  const seen = seenAtOnce(own, probed, hooks);
  const repeated = seen && (await deps.looks.repeat(sweep, seen));
  if (repeated !== undefined) return repeated;
  const gather = await gathering(probing, own, probed);
  const first = gather([], []);
  const standing = await readStanding(store.db, sweep.vantage, clock.now());
  const heldOpen = inPlan(plan, await openEndpoints(store.db, { vantage: sweep.vantage, addresses: plan.addresses }));
  const again = await confirm(probing, own, { first, standing, heldOpen, heardBefore }, hooks);
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

  const { open } = outcome.counts;
  hooks.onProgress?.({ sweepId: sweep.id, phase: "recording", done: plan.size, planned: plan.size, open, rate: 0 });
  const recorded = await recordChange(deps, clock.now(), (change) =>
    recordSweep(change, sweep, {
      plan,
      resolved,
      outcome,
      twice: again.twice,
      services,
      recall: again.recall,
      ...verdictOf(outcome, again.recall, from.probe, hooks.signal, probed?.report),
      engineReport: engineReport(),
      limited: probed?.report.limited ?? [],
    }),
  );
  if (recorded === undefined) throw new Error(`sweep ${sweep.id} was ended by another process`);
  if (seen !== undefined && recorded.look !== undefined && again.twice.size + again.looks.length === 0) {
    const until = meansTheSameUntil(began, standing.baseline?.authorizedPorts);
    const { look: set } = recorded;
    deps.looks.keep(sweep.vantage, { ...seen, mark, until, set, recorded, scopeVersion: sweep.scopeVersion });
  }
  return recorded;
}

/** What a sweep of the known endpoints saw, if it probed all of them in one go and nothing that it saw is in doubt. */
function seenAtOnce(
  { sweep, plan, from }: OwnSweep,
  probed: Probed | undefined,
  { signal }: SweepHooks,
): SeenLook | undefined {
  if (sweep.kind !== "known" || sweep.requestedBy !== "schedule" || sweep.announced || sweep.run > 0) return undefined;
  if (!from.probe || signal?.aborted === true || probed?.rest === undefined || probed.late.length > 0) return undefined;
  const { errors, doubtful } = probed.report;
  if (Object.keys(errors).length + doubtful.length > 0) return undefined;
  const states = seenStates(plan, probed.rest);
  return states && { states, from: probed.rest.probedFrom, to: probed.rest.probedTo };
}

/** Undefined when nothing of the plan is left, or nothing may be sent. */
async function probeRest(
  probing: ProbeDeps,
  { sweep, plan, parameters, from }: OwnSweep,
  hooks: SweepHooks,
): Promise<Probed | undefined> {
  if (!from.probe || from.firstIndex >= plan.size) return undefined;
  const { id, run, kind } = sweep;
  const rest = { id, run, plan, firstIndex: from.firstIndex, keepsRest: isRoutine(kind) };
  return await probePlan(probing, rest, parameters, hooks);
}

/** The outcome, from the journal and the second probes. */
async function gathering(
  { store, conditions }: ProbeDeps,
  { sweep, plan, from }: OwnSweep,
  probed: Probed | undefined,
): Promise<(looks: readonly SecondLook[], undecided: readonly Endpoint[]) => SweepOutcome> {
  const { late = [], rest } = probed ?? {};
  const ofRest = rest === undefined ? [] : [{ ...rest, run: sweep.run }];
  const chunks = [...(await readChunks(store.db, sweep.id)), ...ofRest];
  return (looks, undecided) => {
    const addresses = new Set(conditions.report().doubtful.map(({ address }) => address));
    const doubt = { addresses, knownFrom: from.firstIndex };
    return gatherOutcome(plan, chunks, { run: sweep.run, looks: [...late, ...looks], undecided }, doubt);
  };
}

/** Probes a second time what would change the record, and what the recall is measured on. */
async function confirm(
  probing: ProbeDeps,
  own: OwnSweep,
  seen: {
    readonly first: SweepOutcome;
    readonly standing: Standing;
    readonly heldOpen: readonly Endpoint[];
    readonly heardBefore: readonly Endpoint[];
  },
  hooks: SweepHooks,
): Promise<LookedAgain> {
  const { sweep, resolved, parameters, from } = own;
  const { first, standing, heldOpen } = seen;
  const { deviations, isActive } = deviationsIn(first, standing, sweep, resolved, probing.clock.now());
  const wanted = secondLookAt({ outcome: first, heldOpen, deviations, isActive });
  if (!from.probe) return notLookedAgain(wanted.filter((endpoint) => first.stateOf(endpoint) !== "open"));
  const before = new Set(seen.heardBefore.map(endpointKey));
  const listening = (await listeningIn(own)).filter((endpoint) => before.has(endpointKey(endpoint)));
  const canaries = chooseCanaries({ outcome: first, known: [...heldOpen, ...listening], seed: sweep.seed });
  return await lookAgain(
    probing,
    sweep,
    { first, wanted, canaries, patient: !isRoutine(sweep.kind) },
    parameters,
    hooks,
  );
}

/** Endpoints of the plan with a listener on this machine: known to be open without a probe. */
async function listeningIn({ plan, resolved, from }: OwnSweep): Promise<Endpoint[]> {
  return from.probe ? inPlan(plan, listeningEndpoints(await boundSockets(), resolved.own)) : [];
}
