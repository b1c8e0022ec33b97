import { userInfo } from "node:os";
import { join } from "node:path";
import type {
  FindingView,
  ListeningView,
  Operations,
  SensorDoor,
  SweepProgress,
  SweepResult,
} from "./contract/index.ts";
import { loadOrCreateKey, signCheckpoint, verifyLog } from "./evidence/index.ts";
import { listFindings, type Applied } from "./findings/index.ts";
import { approveBaseline, baseline, proposeBaseline } from "./operations/baseline.ts";
import { at, diff, gaps } from "./operations/history.ts";
import { engineFor } from "./operations/engine.ts";
import { hostAddresses } from "./operations/host-addresses.ts";
import { importFile } from "./operations/import.ts";
import { createLooks, type Looks } from "./operations/looks.ts";
import { scopeInForceNow, type ScopeInForce } from "./operations/scope-in-force.ts";
import { status } from "./operations/status.ts";
import {
  interruptedTargets,
  settleOrphans,
  sweep,
  sweepChanged,
  sweepKnown,
  sweepTarget,
  type ChangedSocket,
} from "./operations/sweep.ts";
import { toResult } from "./operations/sweep-result.ts";
import { findingView, listeningView } from "./operations/views.ts";
import { gapSinceLastSweep, openMissedWindows, recordGap } from "./operations/watching.ts";
import { chooseEngine, type Engine } from "./scanner/index.ts";
import { createSensorDoor, inviteSensor, listSensors, openSilences, revokeSensor } from "./host-view/index.ts";
import { identifyEach } from "./identify/index.ts";
import { loadScope, parseScope, unionOf } from "./scope/index.ts";
import { createOwnerSearch, openSocketSource, watchListeners, type ListenerWatch } from "./sensor/index.ts";
import { createWatch, readClocks, systemClock, type Watch } from "./schedule/index.ts";
import { hasRecord, openStore } from "./storage/index.ts";
import { createSweeps, latestFullSweep, type RecordedSweep } from "./sweeps/index.ts";
import { Fault, formatInstant, type Clock, type Finding, type Period } from "./model/index.ts";

export interface AppConfig {
  /** Where portolan.yaml lies. */
  readonly directory: string;
  /** Where the embedded database and the keys lie. */
  readonly home: string;
  /** A PostgreSQL to keep the record in, instead of the embedded database. */
  readonly databaseUrl?: string | undefined;
  readonly clock?: Clock | undefined;
  /** False: sweeps look at ports and ask nothing of what answers on them. */
  readonly identify?: boolean | undefined;
  /**
   * What has to be there before a database is made or opened: `scope`, a portolan.yaml without errors; `record`, a
   * database that was begun. A mistyped directory must not end in a new empty record that then answers "unknown".
   */
  readonly expects?: "scope" | "record" | undefined;
}

/** What happens while Portolan watches. */
export type AppEvent =
  | { readonly kind: "sweep-finished"; readonly result: SweepResult }
  /** A scope target had its turn, whatever came of it. */
  | { readonly kind: "target-attempted"; readonly target: string }
  | { readonly kind: "finding-opened" | "finding-regressed" | "finding-resolved"; readonly finding: FindingView }
  /** Something began or ceased to listen on this machine, in scope or not. */
  | { readonly kind: "listener-appeared" | "listener-vanished"; readonly listener: ListeningView }
  | { readonly kind: "gap"; readonly from: string; readonly to: string; readonly cause: string }
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly message: string };

export interface App {
  readonly operations: Operations;
  /** What sensors on other machines send comes in here. */
  readonly sensors: SensorDoor;
  /**
   * Records what was missed while nothing ran: before the first sweep, which would make it look as if nothing had been.
   */
  begin(hooks: { onEvent(event: AppEvent): void }): Promise<void>;
  /**
   * Begins to watch: sweeps at the cadences, what is due and what a crash interrupted at once, until `stop`. `onProgress`
   * is told of the sweeps of whole targets.
   */
  start(hooks: { onEvent(event: AppEvent): void; onProgress?(progress: SweepProgress): void }): Promise<void>;
  stop(): Promise<void>;
  /** Lets go of the database. Calls `stop` first when it is watching. */
  close(): Promise<void>;
}

/** How old the scope may be for what looks at it every few seconds, in milliseconds. */
const SCOPE_AGE = 20_000;

/** The one composition root: everything that is used together is put together here. */
export async function createApp(config: AppConfig): Promise<App> {
  const clock = config.clock ?? systemClock;
  const file = join(config.directory, "portolan.yaml");
  if (config.expects === "scope") loadScope(file);
  if (config.expects === "record" && !hasRecord(config)) {
    throw new Fault("not-found", `There is no record in ${config.home}: nothing was ever swept from here.`, {
      place: config.home,
      next: "Run portolan start or portolan sweep first, or name the directory of the record in PORTOLAN_HOME.",
    });
  }
  const store = await openStore(config);
  const key = loadOrCreateKey(config.home);
  const user = userInfo().username;
  const deps = { store, clock, key, user, file };
  const sweeps = createSweeps({
    store,
    clock,
    key,
    engineNamed,
    identify: config.identify === false ? undefined : identifyEach,
  });
  const sweepDeps = { ...deps, sweeps };
  const { db } = store;
  const scope = (): Promise<ScopeInForce> => scopeInForceNow(deps);
  /** For what sends nothing: a file that is being edited must not keep anybody from asking or deciding. */
  const scopeAsRecorded = (onProblem: (problem: unknown) => void = () => undefined): Promise<ScopeInForce> =>
    scopeInForceNow(deps, { onProblem });

  const operations: Operations = {
    status: async () => {
      let problem: string | undefined;
      const current = await scopeAsRecorded((fault) => (problem = inOneLine(fault)));
      return await status(deps, current, problem);
    },
    at: async (query) => await at(db, clock, query),
    diff: async (query) => await diff(db, clock, query),
    gaps: async (query) => await gaps(db, clock, query),
    findings: async (query) => ({
      schema: "portolan.findings/1",
      findings: (await listFindings(db, query)).map(findingView),
    }),
    sweep: async (request, hooks) => await sweep(sweepDeps, await scope(), request, hooks),
    importFile: async (request, content) => await importFile(deps, await scope(), request, content),
    baseline: async () => await baseline(db, clock),
    proposeBaseline: async () => await proposeBaseline(db, clock, (await scopeAsRecorded()).resolved),
    approveBaseline: async (request) => await approveBaseline(deps, (await scopeAsRecorded()).resolved, request),
    verifyEvidence: async () => {
      const { keys, problems, ...report } = await verifyLog(db);
      return { schema: "portolan.evidence-verify/1", ...report, keys: [...keys], problems: [...problems] };
    },
    checkpoint: async () => {
      const checkpoint = await store.transaction((tx) => signCheckpoint(tx, key, clock.now()));
      return { schema: "portolan.evidence-checkpoint/1", size: checkpoint.size, note: checkpoint.note };
    },
    sensors: async () => await listSensors(db, clock.now()),
    inviteSensor: async (request) => await inviteSensor(deps, request),
    revokeSensor: async (request) => await revokeSensor(deps, request),
  };

  let watch: Watch | undefined;
  let looks: Looks<ChangedSocket> | undefined;
  let sensor: ListenerWatch | undefined;
  const stop = async (): Promise<void> => {
    const running = [sensor, looks, watch];
    sensor = looks = watch = undefined;
    for (const each of running) await each?.stop();
  };

  const tellOf = (onEvent: (event: AppEvent) => void) => ({
    gap: (gap: { during: Period; detail: string }): void =>
      onEvent({
        kind: "gap",
        from: formatInstant(gap.during.from),
        to: formatInstant(gap.during.to),
        cause: gap.detail,
      }),
    findings: (changed: Pick<Applied, "opened" | "regressed"> & { resolved?: readonly Finding[] }): void => {
      for (const finding of changed.opened) onEvent({ kind: "finding-opened", finding: findingView(finding) });
      for (const finding of changed.regressed) onEvent({ kind: "finding-regressed", finding: findingView(finding) });
      for (const finding of changed.resolved ?? [])
        onEvent({ kind: "finding-resolved", finding: findingView(finding) });
    },
  });

  let tellFindings: ReturnType<typeof tellOf>["findings"] = () => undefined;
  const sensors = createSensorDoor({
    ...deps,
    onChanged({ listeners, addresses }) {
      const host = hostAddresses(addresses);
      const changed = listeners.filter(({ transport }) => transport === "tcp");
      if (changed.length > 0) looks?.changed(changed.map((socket) => ({ socket, host })));
    },
    onFindings: (applied) => tellFindings(applied),
  });

  return {
    operations,
    sensors,

    async begin({ onEvent }) {
      const say = tellOf(onEvent);
      const away = await gapSinceLastSweep(deps);
      if (away !== undefined) {
        await recordGap(deps, away);
        say.gap(away);
      }
      const late = await openMissedWindows(deps, await scopeAsRecorded());
      if (late !== undefined) say.findings(late);
    },

    async start({ onEvent, onProgress }) {
      const say = tellOf(onEvent);
      tellFindings = say.findings;
      const heardSince = clock.now();
      // A database that is down says the same at every turn; once a minute is enough.
      const said = new Map<string, number>();
      const onProblem = (problem: unknown): void => {
        const message = inOneLine(problem);
        const before = said.get(message);
        if (before !== undefined && performance.now() - before < 60_000) return;
        said.set(message, performance.now());
        onEvent({ kind: "log", level: "error", message });
      };
      // The same complaint about portolan.yaml is made once, not at every turn.
      let complaint = "";
      let latest: { readonly scope: ScopeInForce; readonly at: number } | undefined;
      const watched = async (): Promise<ScopeInForce> => {
        let problem = "";
        const current = await scopeAsRecorded((fault) => (problem = inOneLine(fault)));
        if (problem !== "" && problem !== complaint) {
          onEvent({ kind: "log", level: "error", message: `${problem} Until then the recorded scope stays in force.` });
        }
        complaint = problem;
        latest = { scope: current, at: performance.now() };
        return current;
      };
      /** For what is asked every few seconds: names need not be looked up each time. */
      const recently = (age = SCOPE_AGE): Promise<ScopeInForce> =>
        latest !== undefined && performance.now() - latest.at < age ? Promise.resolve(latest.scope) : watched();
      const tell = async (recorded: RecordedSweep, current: ScopeInForce): Promise<void> => {
        say.findings(recorded);
        if (recorded.sweep.kind !== "known") {
          onEvent({ kind: "sweep-finished", result: await toResult(recorded, current.resolved) });
        }
      };

      const look = createLooks<ChangedSocket>({
        known: async (signal) => {
          const current = await watched();
          const recorded = await sweepKnown(sweepDeps, current, { signal });
          if (recorded !== undefined) await tell(recorded, current);
        },
        changed: async (sockets, signal) => {
          // The checks of the windows keep it young; a new listener does not wait for name servers.
          const current = await recently(2 * SCOPE_AGE);
          const recorded = await sweepChanged(sweepDeps, current, sockets, { signal });
          if (recorded !== undefined) await tell(recorded, current);
        },
        onProblem,
      });
      looks = look;

      const first = await watched();
      const everything = unionOf(first.resolved.targets.map(({ addresses }) => addresses));
      const { note } = engineFor("auto", everything, first.resolved);
      if (note !== undefined) onEvent({ kind: "log", level: "info", message: note });
      const interrupted = await interruptedTargets(sweepDeps, first);
      watch = createWatch({
        store,
        clock,
        readClocks,
        random: Math.random,
        onProblem,
        targets: async () => {
          const { resolved } = await recently();
          return await Promise.all(
            resolved.targets.map(async ({ target, systemType }) => ({
              name: target.name,
              cadence: systemType.cadence,
              lastStart: interrupted.has(target.name)
                ? undefined
                : (await latestFullSweep(db, resolved.scope.vantage, target.name))?.startedAt,
            })),
          );
        },
        sweepTarget: async (name, signal) => {
          interrupted.delete(name);
          try {
            const current = await watched();
            const recorded = await sweepTarget(sweepDeps, current, name, { signal, onProgress });
            for (const each of recorded) await tell(each, current);
          } finally {
            onEvent({ kind: "target-attempted", target: name });
          }
        },
        sweepKnown: look.known,
        checkWindows: async () => {
          const late = await openMissedWindows(deps, await recently());
          if (late !== undefined) say.findings(late);
          for (const silent of await openSilences(deps, heardSince)) say.findings(silent);
        },
        settle: async () => {
          const current = await recently();
          for (const recorded of await settleOrphans(sweepDeps, current)) await tell(recorded, current);
        },
        onClockEvent: async ({ cause, during, detail }) => {
          await recordGap(deps, { cause, during, detail });
          say.gap({ during, detail });
        },
      });
      await watch.start();
      sensor = await watchListeners({
        source: openSocketSource(),
        search: createOwnerSearch("/proc"),
        onSockets({ appeared, vanished }) {
          const changed = [...appeared, ...vanished].filter(({ transport }) => transport === "tcp");
          if (changed.length > 0) look.changed(changed.map((socket) => ({ socket })));
        },
        onListeners({ appeared, vanished }) {
          for (const each of appeared) onEvent({ kind: "listener-appeared", listener: listeningView(each) });
          for (const each of vanished) onEvent({ kind: "listener-vanished", listener: listeningView(each) });
        },
        onProblem,
      });
    },

    stop,

    async close() {
      await stop();
      await store.close();
    },
  };
}

/** The engine that a sweep began with; where this process may not use it, it is gone on with by what there is. */
function engineNamed(name: string): Engine {
  if (name === "connect-portable") return chooseEngine(name).engine;
  try {
    return chooseEngine(name === "syn" ? "syn" : "connect").engine;
  } catch (error) {
    if (error instanceof Fault && error.code === "engine-unavailable") return chooseEngine("auto").engine;
    throw error;
  }
}

/** Which engine sweeps of a network take here, in one line why not a faster one, and what would make that one possible. */
export interface EngineDescription {
  readonly name: string;
  readonly note?: string | undefined;
  readonly grant?: string | undefined;
}

export function describeEngine(): Promise<EngineDescription> {
  const { engine, note, grant } = chooseEngine("auto");
  return Promise.resolve({ name: engine.name, note, grant });
}

/** Throws a `config-invalid` fault when the text is no valid scope document. */
export function checkScopeDocument(text: string, file: string): Promise<void> {
  return Promise.resolve().then(() => void parseScope(text, file, () => ""));
}

function inOneLine(problem: unknown): string {
  const text =
    problem instanceof Fault
      ? `${problem.message} ${problem.next}`
      : typeof problem === "object" && problem !== null && "message" in problem
        ? String(problem.message)
        : String(problem);
  return text.replaceAll("\n", "; ");
}
