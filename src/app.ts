import { join } from "node:path";
import {
  permissionsForKeys,
  type Access,
  type Operations,
  type SensorGateway,
  type ServerOperations,
  type SweepProgress,
} from "./contract/index.ts";
import { createSensorGateway } from "./watching/sensor-registry/index.ts";
import { identifyEach } from "./sensing/services/index.ts";
import { createPeople, openAccess, recordEvidenceRead, type SsoConfig } from "./access/index.ts";
import { Fault, ROLES, type Clock } from "./model/index.ts";
import { createAttestation } from "./operations/attestation.ts";
import { askedWitnesses, authorityOf, policyOf, type AttestationConfig } from "./operations/attestation-config.ts";
import { BINDINGS } from "./operations/bindings.ts";
import { createBackup } from "./operations/backup.ts";
import { createBaseline } from "./operations/baseline.ts";
import type { BoundaryConfig } from "./operations/boundary-config.ts";
import { createBoundary } from "./operations/boundary.ts";
import { unfitDocument } from "./operations/cadence-notice.ts";
import { engineNamed } from "./operations/engine.ts";
import type { AppEvent } from "./operations/events.ts";
import { createClock } from "./operations/clock.ts";
import type { Demo, DemoRequest } from "./operations/demo/make-demo.ts";
import { createEvidence } from "./operations/evidence.ts";
import { createContinuity } from "./operations/continuity.ts";
import { createExposure } from "./operations/exposure.ts";
import { createFindings } from "./operations/findings.ts";
import { createGaps } from "./operations/gaps.ts";
import { createNow } from "./operations/health.ts";
import { createHistory } from "./operations/history.ts";
import { createImports } from "./operations/imports.ts";
import { createMonitoring } from "./operations/monitoring.ts";
import type { OperationDeps } from "./operations/operation-deps.ts";
import { scopeInForceNow, type ScopeInForce } from "./operations/scope-in-force.ts";
import { withRecordedReads } from "./operations/recorded-reads.ts";
import { openRecordOf, refuseOtherDatabase } from "./operations/record-of-home.ts";
import { startPublishing, type Publishing } from "./operations/publishing.ts";
import {
  compareWithPublished,
  configuredDestinations,
  refuseEmptied,
  rememberNewest,
  type PublicationConfig,
} from "./operations/published.ts";
import { startRetention, type RetentionRun } from "./operations/retention-run.ts";
import { createRetention } from "./operations/retention.ts";
import { createSample } from "./operations/sample.ts";
import { createScope } from "./operations/scope.ts";
import { createSensors } from "./operations/sensors.ts";
import { signingKeyOf } from "./operations/signing-key.ts";
import { createStatus } from "./operations/status.ts";
import { createSweepOperations } from "./operations/sweeps.ts";
import { createTurns, type Turns } from "./operations/turns.ts";
import { thisProcess } from "./operations/worker.ts";
import { createEgress } from "./platform/egress/index.ts";
import { createIdempotencyStore } from "./platform/idempotency/index.ts";
import { loadScope } from "./scope/index.ts";
import { userName } from "./platform/machine/index.ts";
import { systemClock } from "./platform/scheduling/index.ts";
import { hasRecord, openStore, type Store } from "./platform/storage/index.ts";
import { bindAnswers } from "./record/change/index.ts";
import { isSyntheticRecord, keyOfHome, logHead, type LogProgress, type SigningKey } from "./record/evidence/index.ts";
import type { Destination } from "./record/publication/index.ts";
import { listenerFor, listeners } from "./sensing/listeners/index.ts";
import type { SimulatedNetwork } from "./sensing/simulated/index.ts";
import { createSweeps } from "./watching/sweeps/index.ts";
import { createRoster, type Roster } from "./watching/workers/index.ts";

export { createWorker, type Worker, type WorkerConfig } from "./operations/worker.ts";
export { describeEngine, type EngineDescription } from "./operations/engine.ts";
export { checkFiles, type FilesCheck } from "./operations/check-files.ts";
export { bundleFiles } from "./operations/bundle.ts";
export { inspectBackup, restoreRecord } from "./operations/backup.ts";
export type { PublicationConfig } from "./operations/published.ts";
export { notesIn } from "./record/publication/index.ts";
export { chooseDatabase, databaseOfHome } from "./operations/record-of-home.ts";
export type { Demo, DemoRequest } from "./operations/demo/make-demo.ts";
export type { AppEvent } from "./operations/events.ts";

export interface AppConfig {
  /** The folder of portolan.yaml. */
  readonly directory: string;
  /** The folder of the embedded database and the keys. */
  readonly home: string;
  /** The URL of a PostgreSQL that keeps the record instead of the embedded database. */
  readonly databaseUrl?: string | undefined;
  /** The process monitors continuously, instead of answering once. */
  readonly lasting?: boolean | undefined;
  /** The version of this program, for the files it writes. */
  readonly version?: string | undefined;
  readonly clock?: Clock | undefined;
  /** The URL at which browsers reach the server, for links made while no server is running. */
  readonly publicUrl?: string | undefined;
  /** Where checkpoints are published; absent: nowhere. */
  readonly publication?: PublicationConfig | undefined;
  /** An OpenID Connect provider at which users sign in. */
  readonly sso?: SsoConfig | undefined;
  /** Witnesses and a timestamping authority, which attest checkpoints while the process monitors. */
  readonly attestation?: AttestationConfig | undefined;
  /** Zones that may be transferred; absent: none. */
  readonly boundary?: BoundaryConfig | undefined;
  /** False: sweeps probe ports and do not identify the services behind them. */
  readonly identify?: boolean | undefined;
  /** Answers every probe in place of a real network, with a clock that moves with it: `App.turns` keep the time. */
  readonly simulated?: SimulatedNetwork | undefined;
  /**
   * What must exist before a database is created or opened: `scope`, a portolan.yaml without errors; `record`, a
   * database that holds a record. A mistyped directory must not end in a new, empty record that then answers "unknown".
   */
  readonly expects?: "scope" | "record" | undefined;
  /** Receives the progress of work that reads the whole log: a record from before is bound when it is opened. */
  readonly onLogRead?: LogProgress | undefined;
}

export interface App {
  readonly operations: ServerOperations;
  /** The operations as a command of this machine performs them: each read of evidence is an entry. */
  readonly local: Operations;
  /** Whether a simulated network answered everything in the record. */
  synthetic(): Promise<boolean>;
  /** Users and their sign-in, for a server: one instance per process. */
  identity(): Promise<Access>;
  /** Receives the reports of sensors on other machines. */
  readonly sensors: SensorGateway;
  /** Records what was missed while nothing ran. Has to come before the first sweep, which would hide the gap. */
  begin(hooks: { onEvent(event: AppEvent): void }): Promise<void>;
  /**
   * Starts monitoring: sweeps at the cadences, due and interrupted ones at once, until `stop`. `onProgress` receives
   * the progress of sweeps over whole targets.
   */
  start(hooks: { onEvent(event: AppEvent): void; onProgress?(progress: SweepProgress): void }): Promise<void>;
  stop(): Promise<void>;
  /** What the schedule does, one turn at a time, instead of `start`: for a simulated network. */
  readonly turns: Turns;
  /** Closes the database. Calls `stop` first if it is monitoring. */
  close(): Promise<void>;
}

/** Whether the embedded database of a home holds a synthetic record; false without one. */
export async function isSyntheticHome(home: string): Promise<boolean> {
  if (!hasRecord({ home })) return false;
  const store = await openStore({ home });
  try {
    return await isSyntheticRecord(store.db);
  } finally {
    await store.close();
  }
}

/** Makes a synthetic record with the whole program, under a simulated clock and network. */
export async function makeDemo(request: DemoRequest): Promise<Demo> {
  // Loaded by its command alone.
  const demo = await import("./operations/demo/make-demo.ts");
  return await demo.makeDemo(createApp, request);
}

/** The one composition root: every part that is used together is wired here. */
export async function createApp(config: AppConfig): Promise<App> {
  const clock = config.clock ?? systemClock;
  const file = join(config.directory, "portolan.yaml");
  if (config.expects === "scope") loadScope(file);
  const attesting = config.lasting === true ? attestingParties(config) : undefined;
  refuseOtherDatabase(config);
  if (config.expects === "record" && !hasRecord(config)) {
    throw new Fault("not-found", `There is no record in ${config.home}: no sweep has run from here.`, {
      place: config.home,
      next: "Run portolan start or portolan sweep first, or set PORTOLAN_HOME to the directory of the record.",
    });
  }
  refuseEmptied(config);
  const store = await openRecordOf(config);
  const destinations = configuredDestinations(config.publication, { home: config.home, clock });
  const { simulated } = config;
  const key = await keyOfRecord(store, { ...config, clock, destinations }).catch(async (problem: unknown) => {
    await store.close();
    throw problem;
  });
  const user = userName();
  const deps = { store, clock, key, user, file, simulated: simulated !== undefined };
  let place: Roster | undefined;
  const sweeps = createSweeps({
    store,
    clock,
    key,
    post: {
      get id() {
        return place?.id;
      },
      share: () => (place?.id === undefined ? 1 : place.share()),
    },
    engineNamed: simulated === undefined ? engineNamed : () => simulated.engine,
    identify: config.identify === false ? undefined : (simulated?.identify ?? identifyEach),
  });
  const sweepDeps = { ...deps, sweeps, engine: simulated?.engine };
  const scope = (): Promise<ScopeInForce> => scopeInForceNow(deps);
  /**
   * For operations that send no packets: a file that is being edited must not keep anybody from querying or deciding.
   */
  const scopeAsRecorded = (onProblem: (problem: unknown) => void = () => undefined): Promise<ScopeInForce> =>
    scopeInForceNow(deps, { onProblem });

  const identityDeps = { store, clock, permissionsOf: permissionsForKeys };
  const operator = { kind: "operator", name: `operator (${user})`, roles: ROLES } as const;

  const operationDeps: OperationDeps = {
    ...sweepDeps,
    home: config.home,
    destinations,
    version: config.version,
    attestation: config.attestation,
    boundary: config.boundary,
    onLogRead: config.onLogRead,
    scope,
    scopeAsRecorded,
  };
  const sampled = {
    history: createHistory(operationDeps),
    continuity: createContinuity(operationDeps),
    findings: createFindings(operationDeps),
    baseline: createBaseline(operationDeps),
  };
  const operations: ServerOperations = {
    ...sampled,
    status: createStatus(operationDeps),
    gaps: createGaps(operationDeps),
    sample: createSample({ ...sampled, clock }),
    exposure: createExposure(operationDeps),
    sweeps: createSweepOperations(operationDeps),
    imports: createImports(operationDeps),
    evidence: createEvidence(operationDeps),
    retention: createRetention(operationDeps),
    clock: createClock(operationDeps),
    scope: createScope(operationDeps),
    boundary: createBoundary(operationDeps),
    sensors: createSensors(operationDeps),
    backup: createBackup(operationDeps),
    ...createPeople({ ...identityDeps, url: () => config.publicUrl ?? "http://localhost:4600" }, operator),
    ...createNow(store),
    idempotency: createIdempotencyStore(store, clock),
  };

  const watching = createMonitoring({
    ...sweepDeps,
    scope: scopeAsRecorded,
    ...(attesting === undefined
      ? {}
      : { attestation: (say) => createAttestation({ store, clock, key, ...attesting }, say) }),
    ...(store.kind === "embedded"
      ? {}
      : {
          roster: (vantage, onProblem) =>
            (place = createRoster({
              ...thisProcess(),
              store,
              clock,
              ownClock: clock,
              kind: "installation",
              vantage,
              onProblem,
            })),
        }),
  });
  let publishing: Publishing | undefined;
  let retention: RetentionRun | undefined;
  async function stop(): Promise<void> {
    const running = [retention, publishing];
    publishing = retention = undefined;
    for (const each of running) await each?.stop();
    await watching.stop();
  }
  let identity: Promise<Access> | undefined;
  const sensors = createSensorGateway({ ...deps, ...watching.elsewhere });
  return {
    operations,
    local: withRecordedReads(operations, (what) => recordEvidenceRead({ store, clock }, { by: operator, what })),
    synthetic: () => isSyntheticRecord(store.db),
    identity: () => (identity ??= openAccess({ ...identityDeps, home: config.home, sso: config.sso })),
    sensors,
    begin: watching.begin,
    async start(hooks) {
      await watching.start(hooks);
      retention = startRetention({ store, clock, key }, hooks.onEvent);
      publishing = startPublishing({ store, clock, home: config.home, destinations }, hooks.onEvent);
    },
    stop,
    turns: createTurns(operationDeps),

    async close() {
      await stop();
      await rememberNewest(store, config.home);
      await store.close();
    },
  };
}

/** Reads the files that the settings name: a process that is to last refuses one that it could not use. */
function attestingParties({ attestation }: AppConfig) {
  if (attestation === undefined) return undefined;
  const witnesses = askedWitnesses(policyOf(attestation));
  return { witnesses, authority: authorityOf(attestation), egress: createEgress({ allow: attestation.allow }) };
}

/**
 * The key of this home. The record is compared with the checkpoints outside first; unless one contradicts it, a record
 * from before is bound before anything is answered.
 */
async function keyOfRecord(
  store: Store,
  {
    home,
    clock,
    onLogRead,
    lasting,
    simulated,
    destinations,
  }: AppConfig & { clock: Clock; destinations: readonly Destination[] },
): Promise<SigningKey> {
  const held = await compareWithPublished(store, { home, destinations: lasting === true ? destinations : [] });
  await refuseMixed(store, home, simulated);
  const key = await signingKeyOf(store, home, { synthetic: simulated !== undefined });
  if (held === undefined && keyOfHome(home) !== undefined)
    await bindAnswers({ store, key }, clock.now(), BINDINGS, onLogRead);
  return key;
}

/** What a simulated network answers is only ever recorded where the name of the log says so. */
async function refuseMixed(store: Store, home: string, simulated: SimulatedNetwork | undefined): Promise<void> {
  if (simulated === undefined || (await logHead(store.db)).size === 0 || (await isSyntheticRecord(store.db))) return;
  throw new Fault("conflict", "This record is of a real network, and a simulated one must not add to it.", {
    place: home,
    next: "Run portolan demo in another folder.",
  });
}

/** The program of this machine that listens on a TCP port, in words; undefined if this user may not see it. */
export async function listenerOn(host: string, port: number): Promise<string | undefined> {
  const all = (await listeners()).filter((each) => each.transport === "tcp" && each.port === port);
  const found = listenerFor({ address: host, transport: "tcp", port }, all) ?? all[0];
  if (found === undefined) return undefined;
  const { process: name = "A process", pid, user } = found;
  const who = [pid === undefined ? "" : `process ${pid}`, user === undefined ? "" : `user ${user}`];
  const known = who.filter((each) => each !== "").join(", ");
  return known === "" ? undefined : `${name} (${known})`;
}

/**
 * Rejects with a `config-invalid` fault if the text is not a valid scope document. Resolves to a warning if its full
 * sweeps cannot fit their cadences.
 */
export function checkScopeDocument(text: string, file: string): Promise<string | undefined> {
  return Promise.resolve().then(() => unfitDocument(text, file));
}
