import { setTimeout as sleep } from "node:timers/promises";
import type { SweepProgress } from "../contract/index.ts";
import type { SigningKey } from "../record/evidence/index.ts";
import { despiteShortage, isRoutine, type Clock, type Duration } from "../model/index.ts";
import type { Applied } from "../judgement/findings/index.ts";
import type { ChangedListeners } from "../watching/sensor-registry/index.ts";
import { unionOf } from "../scope/index.ts";
import { createOwnerSearch, openSocketSource, watchListeners, type ListenerWatch } from "../sensing/listeners/index.ts";
import { createScheduler, readClocks, type Scheduler } from "../platform/scheduling/index.ts";
import type { Store } from "../platform/storage/index.ts";
import type { RecordedSweep, Sweeps } from "../watching/sweeps/index.ts";
import type { Roster } from "../watching/workers/index.ts";
import { signTheRest } from "./checkpoints.ts";
import { engineFor } from "./engine.ts";
import type { Attestation } from "./attestation.ts";
import { createTelling, type AppEvent, type Telling } from "./events.ts";
import { hostAddresses } from "./host-addresses.ts";
import { createKnownSweeps, type KnownSweeps } from "./known-sweeps.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { scheduledWork } from "./scheduled-work.ts";
import type { SweepOperationDeps } from "./sweep.ts";
import { createSweepKnown, sweepChanged, type ChangedSocket } from "./known-endpoints.ts";
import { interruptedTargets } from "./target-sweeps.ts";
import { toResult } from "./sweep-result.ts";
import { listeningView } from "./views.ts";
import { gapSinceLastSweep, openMissedWindows, recordGap } from "./monitoring-gaps.ts";
import { createShortageGaps } from "./shortage-gaps.ts";
import { SCOPE_AGE, watchedScope } from "./watched-scope.ts";

/** How long a step of the start waits before it is tried again. */
const ROOM_AGAIN: Duration = 1_000;

export interface MonitoringDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly key: SigningKey;
  readonly sweeps: Sweeps;
  /** Of a simulated network: the engine of every sweep. */
  readonly engine?: SweepOperationDeps["engine"];
  /** This process's place among those that share the record; absent if it has the record to itself. */
  readonly roster?: ((vantage: string, onProblem: (problem: unknown) => void) => Roster) | undefined;
  /** Has checkpoints attested by others; absent if nobody is configured. */
  readonly attestation?: ((say: Telling) => Attestation) | undefined;
  /** The scope in force now. While portolan.yaml is being edited, the recorded scope stays in force. */
  scope(onProblem?: (problem: unknown) => void): Promise<ScopeInForce>;
}

/** What `portolan start` does apart from serving requests: it monitors continuously. */
export interface Monitoring {
  /** Records the sweeps that were missed while nothing ran. */
  begin(hooks: { onEvent(event: AppEvent): void }): Promise<void>;
  /** `onProgress` receives the progress of sweeps over whole targets. */
  start(hooks: { onEvent(event: AppEvent): void; onProgress?(progress: SweepProgress): void }): Promise<void>;
  stop(): Promise<void>;
  /** Reports of sensors on other machines, once they are recorded. Ignored while monitoring is stopped. */
  readonly elsewhere: {
    onChanged(changed: ChangedListeners): void;
    onFindings(applied: Applied): void;
  };
}

/** Waits for room where a shortage would otherwise end the start. */
const patient =
  (say: Telling) =>
  <T>(work: () => T | Promise<T>): Promise<T> =>
    despiteShortage(work, async (problem) => {
      say.problem(problem);
      await sleep(ROOM_AGAIN);
    });

export function createMonitoring(deps: MonitoringDeps): Monitoring {
  const { store, clock } = deps;
  let watch: Scheduler | undefined;
  let looks: KnownSweeps<ChangedSocket> | undefined;
  let telling: Telling | undefined;
  let sensor: ListenerWatch | undefined;
  let roster: Roster | undefined;
  let attestation: Attestation | undefined;

  return {
    async begin({ onEvent }) {
      const say = createTelling(onEvent);
      const inTime = patient(say);
      const away = await inTime(() => gapSinceLastSweep(deps));
      if (away !== undefined) {
        await inTime(() => recordGap(deps, away));
        say.gap(away);
      }
      // What a crash left unsigned.
      await inTime(() => signTheRest(deps));
      const late = await inTime(async () => openMissedWindows(deps, await deps.scope()));
      for (const each of late) say.findings(each);
    },

    async start({ onEvent, onProgress }) {
      const say = createTelling(onEvent);
      telling = say;
      const inTime = patient(say);
      const shortages = createShortageGaps(deps, say);
      const heardSince = clock.now();
      const scopes = watchedScope(deps, (problem) =>
        say.log("error", `${problem} Until then the recorded scope stays in force.`),
      );
      const tell = async (recorded: RecordedSweep, current: ScopeInForce): Promise<void> => {
        say.findings(recorded);
        if (!isRoutine(recorded.sweep.kind)) {
          onEvent({ kind: "sweep-finished", result: await toResult(recorded, current.resolved) });
        }
      };

      const sweepKnown = createSweepKnown(deps);
      const look = createKnownSweeps<ChangedSocket>({
        known: (signal) =>
          shortages.around(async () => {
            const current = await scopes.now();
            const recorded = await sweepKnown(current, { signal });
            if (recorded !== undefined) await tell(recorded, current);
          }),
        changed: (sockets, signal) =>
          shortages.around(async () => {
            // The checks of the windows keep the scope fresh; a new listener does not have to wait for name servers.
            const current = await scopes.recently(2 * SCOPE_AGE);
            const recorded = await sweepChanged(deps, current, sockets, { signal });
            if (recorded !== undefined) await tell(recorded, current);
          }),
        onProblem: say.problem,
      });
      looks = look;

      const first = await inTime(() => scopes.now());
      const everything = unionOf(first.resolved.targets.map(({ addresses }) => addresses));
      const note = deps.engine === undefined ? engineFor("auto", everything, first.resolved).note : undefined;
      if (note !== undefined) say.log("info", note);
      const vantage = first.resolved.scope.vantage;
      const interrupted = await inTime(() => interruptedTargets(deps, first));
      roster = deps.roster?.(vantage, say.problem);
      await roster?.join();
      const scheduled = scheduledWork(deps, {
        scopes,
        say,
        tell,
        interrupted,
        vantage,
        heardSince,
        shortages,
        expire: async () => await roster?.expire(),
        onEvent,
        onProgress,
      });
      watch = await createScheduler({
        store,
        clock,
        readClocks,
        random: Math.random,
        onProblem: say.problem,
        vantage,
        ...scheduled,
        sweepKnown: look.known,
      });
      await watch.start();
      sensor = await watchListeners({
        source: await inTime(() => openSocketSource()),
        search: createOwnerSearch("/proc"),
        onSockets({ appeared, vanished }) {
          const changed = [...appeared, ...vanished].filter(({ transport }) => transport === "tcp");
          if (changed.length > 0) look.changed(changed.map((socket) => ({ socket })));
        },
        onListeners({ appeared, vanished }) {
          for (const each of appeared) onEvent({ kind: "listener-appeared", listener: listeningView(each) });
          for (const each of vanished) onEvent({ kind: "listener-vanished", listener: listeningView(each) });
        },
        onProblem: say.problem,
      });
      attestation = deps.attestation?.(say);
      attestation?.start();
    },

    async stop() {
      const running = [attestation, sensor, looks, watch];
      const monitored = watch !== undefined;
      const place = roster;
      attestation = sensor = looks = watch = roster = undefined;
      for (const each of running) await each?.stop();
      await place?.leave("it was stopped");
      if (monitored) await signTheRest(deps);
    },

    elsewhere: {
      onChanged({ listeners, addresses }) {
        const host = hostAddresses(addresses);
        const changed = listeners.filter(({ transport }) => transport === "tcp");
        if (changed.length > 0) looks?.changed(changed.map((socket) => ({ socket, host })));
      },
      onFindings: (applied) => telling?.findings(applied),
    },
  };
}
