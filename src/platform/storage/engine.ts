import { PGlite } from "@electric-sql/pglite";
import type { Results } from "@electric-sql/pglite";
import { btree_gist } from "@electric-sql/pglite/contrib/btree_gist";
import { AsyncLocalStorage } from "node:async_hooks";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../model/index.ts";
import { openFilesLimit } from "../machine/index.ts";
import { compileFor } from "./compile.ts";
import { durableFiles } from "./durable-files.ts";
import { codeInWords, codeOf, fileFault, messageOf } from "./faults.ts";
import { endWithPostgres } from "./main-loop.ts";
import { BYTEA, bytesOfHex, dateOf, hexOfBytes, INT8, TIMESTAMPTZ, wholeNumber } from "./values.ts";

export type Row = Record<string, unknown>;

/** The only connection of the embedded database, held by one task until it ends its turn. */
export interface Turn {
  query(text: string, values?: readonly unknown[]): Promise<Results<Row>>;
  /** Statements without parameters; one result each. */
  exec(script: string): Promise<Results<Row>[]>;
  end(): void;
}

export interface Engine {
  /** Waits in line. Throws if the caller is itself inside {@link Engine.marked} work: it would wait for itself. */
  turn(): Promise<Turn>;
  /** Runs `work`; turns requested inside of it are refused. */
  marked<T>(work: () => Promise<T>): Promise<T>;
  /** Called after each turn. */
  onTurnEnd: () => void;
  close(): Promise<void>;
}

/**
 * PGlite's own parameters, without `-F`, which would switch fsync off. fdatasync, the default method, does nothing in
 * Emscripten. A single-user PostgreSQL never recycles WAL by time; see maintenance.ts.
 */
const START_PARAMETERS = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  ...["wal_sync_method=fsync", "max_wal_size=64MB", "min_wal_size=32MB", "log_startup_progress_interval=0"].flatMap(
    (setting) => ["-c", setting],
  ),
];

/** PostgreSQL's least and its default (max_files_per_process, PostgreSQL 18 section 19.4.4). */
const FEWEST_FILES = 64;
const MOST_FILES = 1_000;

const SMALLEST_BUFFERS_MB = 4;
/** The size of an empty database: catalogs, of which little is ever read. */
const EMPTY_MB = 8;

/**
 * Megabytes of buffers: twice the recorded data, 128 at most. PostgreSQL writes every byte of them when it starts,
 * which is a large part of the start of a small database. Data that does not fit is read from the files.
 */
function buffersFor(directory: string): number {
  const databases = join(directory, "base");
  if (!existsSync(databases)) return SMALLEST_BUFFERS_MB;
  const sizes = readdirSync(databases).map((name) => sizeOf(join(databases, name)));
  const recorded = Math.max(0, ...sizes) / 2 ** 20 - EMPTY_MB;
  return Math.min(128, Math.max(SMALLEST_BUFFERS_MB, Math.ceil(2 * recorded)));
}

/**
 * Files that PostgreSQL keeps open, which it closes and opens again beyond that: a quarter of the process's limit. There are
 * more tables and indexes than a poor machine has descriptors, and sockets and files of the rest need some too.
 */
function filesFor(limit: number | undefined): number {
  return Math.min(MOST_FILES, Math.max(FEWEST_FILES, Math.floor((limit ?? 4 * MOST_FILES) / 4)));
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Starts PostgreSQL in WebAssembly on a directory, which is created and filled if it holds no database. */
export async function startEngine(directory: string, place: string, lasting = false): Promise<Engine> {
  compileFor(lasting ? "lasting" : "brief");
  const said: string[] = [];
  const instance = await keepingExitCode(async () => {
    try {
      return await PGlite.create({
        fs: durableFiles(directory),
        startParams: [
          ...START_PARAMETERS,
          ...["-c", `shared_buffers=${buffersFor(directory)}MB`],
          ...["-c", `max_files_per_process=${filesFor(openFilesLimit())}`],
        ],
        extensions: { btree_gist },
        parsers: { [INT8]: wholeNumber, [BYTEA]: bytesOfHex, [TIMESTAMPTZ]: dateOf },
        serializers: { [BYTEA]: hexOfBytes },
        onStderr(line) {
          if (said.push(line.slice(0, 300)) > 20) said.shift();
          return false;
        },
      });
    } catch (error) {
      if (codeOf(error) !== undefined) throw fileFault(error, place);
      throw endFault(reasonOf(said, error), error, place, {
        what: "does not start",
        next: "Move the directory data in it away. Then restore a backup with portolan restore FILE, or begin a new record in another PORTOLAN_HOME.",
      });
    }
  });
  endWithPostgres(instance.Module);
  return inTurns(instance, place, said);
}

function inTurns(instance: PGlite, place: string, said: readonly string[]): Engine {
  const inside = new AsyncLocalStorage<{ open: boolean }>();
  let last: Promise<void> = Promise.resolve();
  let broken: Fault | undefined;
  let closing: Promise<void> | undefined;

  async function guarded<T>(act: () => Promise<T>): Promise<T> {
    if (broken !== undefined) throw broken;
    try {
      return await act();
    } catch (error) {
      if (isSqlError(error)) throw isOfTheSystem(error) ? fileFault(error, place) : error;
      if (instance.closed) throw error;
      broken = endFault(reasonOf(said, error), error, place, {
        what: "stopped",
        next: "Check the disk it is on and start Portolan again; the record is as it was at the last commit.",
      });
      throw broken;
    }
  }

  async function inLine(): Promise<() => void> {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    return resolve;
  }

  const engine: Engine = {
    onTurnEnd: () => undefined,
    async turn() {
      if (inside.getStore()?.open === true) {
        throw new Error("Inside a transaction use its tx: the embedded database has one connection, and tx holds it.");
      }
      if (closing !== undefined) throw new Error("The store is closed.");
      const leave = await inLine();
      return {
        query: (text, values) => guarded(() => instance.query<Row>(text, values === undefined ? [] : [...values])),
        exec: (script) => guarded(async () => (await instance.exec(script)) as Results<Row>[]),
        end() {
          leave();
          engine.onTurnEnd();
        },
      };
    },
    async marked(work) {
      const mark = { open: true };
      try {
        return await inside.run(mark, work);
      } finally {
        mark.open = false;
      }
    },
    close() {
      closing ??= inLine().then(() =>
        keepingExitCode(async () => {
          // A broken instance cannot be shut down; the end of the process frees its resources.
          if (broken === undefined) await instance.close();
        }),
      );
      return closing;
    },
  };
  return engine;
}

/** SQLSTATE of a full disk, an input or output error, no descriptors, no memory (PostgreSQL, appendix A). */
function isOfTheSystem(error: unknown): boolean {
  return ["53100", "58030", "53000", "53200"].includes(codeOf(error) ?? "");
}

function isSqlError(error: unknown): boolean {
  if (!(error instanceof Error) || !("severity" in error)) return error instanceof RangeError;
  return error.severity !== "FATAL" && error.severity !== "PANIC";
}

function endFault(
  reason: string,
  cause: unknown,
  place: string,
  { what, next }: { what: string; next: string },
): Fault {
  const code = codeInWords(reason);
  if (code !== undefined) return fileFault(Object.assign(new Error(reason, { cause }), { code }), place);
  return new Fault("store-unavailable", `The database in ${place} ${what}: ${reason}`, { place, next, cause });
}

function reasonOf(said: readonly string[], error: unknown): string {
  const line = said.findLast((text) => /(FATAL|PANIC):/.test(text));
  return messageOf(line === undefined ? error : line.replace(/^.*?(FATAL|PANIC):\s*/, ""));
}

/** Emscripten writes the status of its own exit into the process. */
async function keepingExitCode<T>(work: () => Promise<T>): Promise<T> {
  const exitCode = process.exitCode;
  try {
    return await work();
  } finally {
    process.exitCode = exitCode;
  }
}
