import { Fault } from "../../src/model/index.ts";
import { NO_SENSORS } from "../../src/server/sensor-authentication.ts";
import { fakeAccess } from "./access.ts";
import type { App, AppDoor } from "../../src/cli/app-port.ts";
import type { ExitCode, StopSignal, Surroundings } from "../../src/cli/surroundings.ts";
import type { ServerOperations } from "../../src/contract/index.ts";

export interface FakeSurroundings extends Surroundings {
  /** The output so far. */
  readonly printed: { out: string; err: string };
  readonly exits: ExitCode[];
  /** Number of open applications: 0 when all were closed. */
  readonly opened: { now: number; ever: number };
  signal(name?: StopSignal): void;
}

export interface FakeSettings {
  readonly directory: string;
  readonly operations: ServerOperations;
  readonly env?: Readonly<Record<string, string>>;
  readonly answers?: readonly string[];
  readonly terminal?: boolean;
  readonly door?: Partial<AppDoor>;
  readonly start?: App["start"];
  readonly onOut?: (text: string) => void;
}

/** Surroundings that a test can inspect; the clock is at 2026-03-14T09:00:00Z, in UTC. */
export function fakeSurroundings(settings: FakeSettings): FakeSurroundings {
  const printed = { out: "", err: "" };
  const exits: ExitCode[] = [];
  const opened = { now: 0, ever: 0 };
  const handlers = new Set<(signal: StopSignal) => void>();
  const answers = [...(settings.answers ?? [])];
  const ask =
    settings.answers === undefined
      ? undefined
      : () => {
          const answer = answers.shift();
          return answer === undefined
            ? Promise.reject(new Fault("interrupted", "nobody answers", { next: "answer" }))
            : Promise.resolve(answer);
        };
  const door: AppDoor = {
    createApp() {
      opened.now += 1;
      opened.ever += 1;
      return Promise.resolve({
        operations: settings.operations,
        local: settings.operations,
        synthetic: () => Promise.resolve(false),
        identity: () => Promise.resolve(fakeAccess()),
        sensors: NO_SENSORS,
        begin: () => Promise.resolve(),
        start: settings.start ?? (() => Promise.resolve()),
        stop: () => Promise.resolve(),
        turns: { target: () => Promise.resolve(), known: () => Promise.resolve(), windows: () => Promise.resolve() },
        close: () => {
          opened.now -= 1;
          return Promise.resolve();
        },
      });
    },
    isSyntheticHome: () => Promise.resolve(false),
    listenerOn: () => Promise.resolve(undefined),
    makeDemo: () => Promise.reject(new Error("no demo is made here")),
    createWorker: () => Promise.reject(new Error("no worker in this test")),
    describeEngine: () => Promise.resolve({ name: "syn" }),
    checkFiles: () => Promise.resolve({ problems: [], warnings: [], baselines: [] }),
    checkScopeDocument: () => Promise.resolve(undefined),
    bundleFiles: () => {
      throw new Error("no bundle is read here");
    },
    inspectBackup: () => Promise.reject(new Error("no backup is inspected here")),
    chooseDatabase: () => ({ version: 1, store: "embedded" }),
    databaseOfHome: () => undefined,
    notesIn: () => [],
    restoreRecord: () => Promise.reject(new Error("nothing is restored here")),
    ...settings.door,
  };
  return {
    printed,
    exits,
    opened,
    signal: (name = "SIGINT") => {
      for (const handler of [...handlers]) handler(name);
    },
    version: "0.0.0",
    program: "portolan",
    env: settings.env ?? {},
    directory: settings.directory,
    stdout: {
      write: (text) => {
        printed.out += text;
        settings.onOut?.(text);
      },
      writeBytes: (bytes) => void (printed.out += Buffer.from(bytes).toString()),
      isTerminal: settings.terminal ?? false,
      columns: 80,
    },
    stderr: {
      write: (text) => void (printed.err += text),
      isTerminal: settings.terminal ?? false,
      columns: 80,
    },
    ask,
    askSecret: ask,
    clock: { now: () => Date.parse("2026-03-14T09:00:00Z") },
    timeZone: "UTC",
    user: "jane",
    hostname: "host-1",
    app: () => Promise.resolve(door),
    onStopSignal: (handler) => {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    onUncaught: () => () => undefined,
    exitNow: (code) => void exits.push(code),
  };
}
