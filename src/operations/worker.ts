import { hostname } from "node:os";
import type { SweepProgress } from "../contract/index.ts";
import { identifyEach } from "../sensing/services/index.ts";
import { Fault, isRoutine, type Clock } from "../model/index.ts";
import { createJobQueue, createTurns, systemClock } from "../platform/scheduling/index.ts";
import {
  assetAddressesAt,
  createDnsLookup,
  latestScope,
  ownAddresses,
  recordedLookup,
  resolveScope,
  scopeElsewhere,
  seenFrom,
  viewpointsOf,
  type Viewpoint,
} from "../scope/index.ts";
import { isSyntheticRecord, refuseContradicted } from "../record/evidence/index.ts";
import { openStore, type Store } from "../platform/storage/index.ts";
import { createSweeps, type RecordedSweep } from "../watching/sweeps/index.ts";
import { createRoster, followedClock, installationAddresses } from "../watching/workers/index.ts";
import { dueTargets } from "./due.ts";
import { engineNamed } from "./engine.ts";
import { createTelling, type AppEvent } from "./events.ts";
import { createKnownSweeps } from "./known-sweeps.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { createSweepKnown } from "./known-endpoints.ts";
import { sweepRolling } from "./rolling-sample.ts";
import { latestSignedScope } from "./signed-scope.ts";
import { sweepTarget } from "./target-sweeps.ts";
import { toResult } from "./sweep-result.ts";

export interface WorkerConfig {
  readonly databaseUrl: string;
  /** The vantage point that it scans from. */
  readonly vantage: string;
  readonly clock?: Clock | undefined;
  readonly identify?: boolean | undefined;
  onEvent(event: AppEvent): void;
  onProgress(progress: SweepProgress): void;
}

export interface Worker {
  /** The names of the targets of its vantage point. */
  readonly targets: readonly string[];
  /** How far this machine's clock is ahead of the record's, in milliseconds. */
  readonly skew: number;
  /** Accepts work until {@link Worker.stop}. */
  start(): Promise<void>;
  /** Ends its sweeps as recorded partials, returns their jobs to the queue and releases the database. */
  stop(): Promise<void>;
}

/** How this process presents itself to the others. */
export function thisProcess() {
  return { machine: hostname(), pid: process.pid, addresses: ownAddresses };
}

/**
 * A process that only sweeps, for one vantage point. It has no portolan.yaml and no key: the scope is the one that the
 * installation recorded, and the installation signs what the worker records.
 */
export async function createWorker(config: WorkerConfig): Promise<Worker> {
  const ownClock = config.clock ?? systemClock;
  const clock = followedClock(ownClock);
  const say = createTelling(config.onEvent);
  const store = await openStore({ databaseUrl: config.databaseUrl, home: "" });
  try {
    const first = await recordedScope(store, config.vantage, clock);
    const self = { ...thisProcess(), kind: "worker", vantage: config.vantage, onProblem: say.problem } as const;
    const roster = createRoster({ ...self, store, clock, ownClock, follows: clock });
    const sweeps = createSweeps({
      store,
      clock,
      post: roster,
      engineNamed,
      identify: config.identify === false ? undefined : identifyEach,
    });
    const deps = { store, clock, sweeps };
    const tell = async (recorded: RecordedSweep, current: ScopeInForce): Promise<void> => {
      say.findings(recorded);
      if (isRoutine(recorded.sweep.kind)) return;
      config.onEvent({ kind: "sweep-finished", result: await toResult(recorded, current.resolved) });
    };
    const scope = (): Promise<ScopeInForce> => recordedScope(store, config.vantage, clock);
    const sweepKnown = createSweepKnown(deps);
    const looks = createKnownSweeps<never>({
      known: async (signal) => {
        const current = await scope();
        const recorded = await sweepKnown(current, { signal });
        if (recorded !== undefined) await tell(recorded, current);
      },
      changed: () => Promise.resolve(),
      onProblem: say.problem,
    });
    const queue = await createJobQueue({ store, plans: false, onProblem: say.problem });
    const isOwn = first.resolved.viewpoint.own;
    const turns = createTurns({
      queue,
      clock,
      random: Math.random,
      lanes: [{ vantage: config.vantage, where: "anywhere" }],
      // Only the installation knows the listeners on its own machine, so it sweeps the known endpoints itself.
      ...(isOwn ? {} : { everyMinute: config.vantage }),
      target: async (lane, name) =>
        (await dueTargets(store.db, (await scope()).resolved)).find(
          (each) => each.name === name && each.lane.where === lane.where,
        ),
      sweepTarget: async (name, signal) => {
        const current = await scope();
        for (const each of await sweepTarget(deps, current, name, { signal, onProgress: config.onProgress })) {
          await tell(each, current);
        }
      },
      sweepKnown: looks.known,
      sweepRolling: async (signal) => {
        const current = await scope();
        const recorded = await sweepRolling(deps, current, { signal });
        if (recorded !== undefined) await tell(recorded, current);
      },
      onProblem: say.problem,
    });
    const stopping = new AbortController();
    return {
      targets: first.resolved.targets.map(({ target }) => target.name),
      get skew() {
        return clock.skew;
      },
      async start() {
        await roster.join(stopping.signal);
        await queue.start();
        await turns.start();
      },
      async stop() {
        const reason = new Error("the worker was stopped");
        stopping.abort(reason);
        await looks.stop();
        await turns.stop(reason);
        await roster.leave("it was stopped");
        await store.close();
      },
    };
  } catch (problem) {
    await store.close();
    throw problem;
  }
}

/**
 * The recorded scope as a machine elsewhere sees it. Names resolve to the addresses that the installation recorded: two
 * name servers with different answers would turn one asset into two. A name that it has not resolved yet is resolved
 * here.
 */
async function recordedScope(store: Pick<Store, "db">, vantage: string, clock: Clock): Promise<ScopeInForce> {
  // This machine has no portolan.yaml: what it may scan is what the record says.
  refuseContradicted((await latestSignedScope(store.db)).contradiction);
  const version = await latestScope(store.db);
  if (version === undefined) {
    throw new Fault("not-found", "No scope is recorded in this database, so there is nothing to scan.", {
      place: "DATABASE_URL",
      next: "Run portolan start with this DATABASE_URL in the directory of portolan.yaml, then start the worker.",
    });
  }
  const viewpoint = viewpointNamed(viewpointsOf(version.scope), vantage, version.version);
  const addresses = await assetAddressesAt(store.db, clock.now());
  const resolved = await resolveScope(scopeElsewhere(version.scope), {
    lookup: recordedLookup(version.scope.assets, addresses, createDnsLookup()),
    ownAddresses,
    installation: await installationAddresses(store.db),
  });
  const synthetic = await isSyntheticRecord(store.db);
  return { version, resolved: { ...seenFrom(resolved, viewpoint), synthetic }, others: [] };
}

function viewpointNamed(viewpoints: readonly Viewpoint[], name: string, version: number): Viewpoint {
  const found = viewpoints.find((each) => each.name === name);
  if (found !== undefined) return found;
  const declared = viewpoints.map((each) => each.name).join(", ");
  throw new Fault("not-found", `Scope version ${version} does not declare a vantage point ${JSON.stringify(name)}.`, {
    place: "--vantage",
    next: `Name one of: ${declared}. Or declare it under vantagePoints in the installation's portolan.yaml.`,
  });
}
