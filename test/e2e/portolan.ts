import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { askForDatabases, copyHome, freshPlace, type Place, type StoreKind } from "../databases.ts";
import type { RunResult, Station } from "../lab/index.ts";

/** Whether the program runs as scripts/poor-machine.sh describes: without raw packets, and blind to others' processes. */
export const IS_POOR = process.env["POOR_MACHINE"] === "tests";
export const PROGRAM = fileURLToPath(new URL("../../bin/portolan.js", import.meta.url));
/**
 * For processes that monitor only during a test: V8 does not compile PostgreSQL a second time, which pays off after an
 * hour and costs two seconds of a processor (src/platform/storage/compile.ts).
 */
export const WATCHING_BRIEFLY = [process.execPath, "--wasm-tier-up-filter=0", PROGRAM] as const;

/**
 * A directory in which somebody uses Portolan: its files, and the command line run from inside a lab's station. It
 * starts with an empty record, because creating one takes seconds and most tests do not test that.
 */
export interface Workplace {
  readonly directory: string;
  /** The folder of its keys, and of its record unless that is on a PostgreSQL. */
  readonly home: string;
  write(file: string, text: string): Promise<void>;
  run(...words: string[]): Promise<RunResult>;
  /** Runs with `--json` and parses the output. */
  json<T>(...words: string[]): Promise<{ status: number | null; result: T }>;
  /** Starts a long-running command; it is killed with the lab if it still runs. */
  begin(...words: string[]): Lasting;
  remove(): Promise<void>;
}

/** A command that runs until it is stopped. */
export interface Lasting {
  readonly process: ChildProcess;
  /** All its output, on one line, since text for people is wrapped. */
  said(): string;
  /** Sends the signal if the command still runs, and waits for its end. */
  stop(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<void>;
}

/**
 * On a PostgreSQL of its own by default, which a command opens in half the time. `embedded` is for tests about files,
 * kills and their journals, or about first use. An existing place is shared.
 */
export async function workplace(station: Station, record: StoreKind | Place = "postgresql"): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), "portolan-e2e-"));
  const home = join(directory, ".portolan");
  const made = record === "postgresql" ? await freshPlace(record) : undefined;
  const { socketUrl } = typeof record === "object" ? record : { ...made };
  if (socketUrl === undefined) copyHome((await askForDatabases()).templateHome, home);
  const { DATABASE_URL: _, PORTOLAN_HOME: __, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: "1", ...(socketUrl === undefined ? {} : { DATABASE_URL: socketUrl }) };
  const run = (...words: string[]): Promise<RunResult> =>
    station.run([process.execPath, PROGRAM, ...words], { cwd: directory, env });
  return {
    directory,
    home,
    run,
    write: (file, text) => writeFile(join(directory, file), text),
    async json(...words) {
      const { status, stdout, stderr } = await run(...words, "--json");
      try {
        return { status, result: JSON.parse(stdout) };
      } catch {
        throw new Error(`portolan ${words.join(" ")} printed no JSON (exit ${status}): ${stdout}\n${stderr}`);
      }
    },
    begin(...words) {
      const process = station.spawn([...WATCHING_BRIEFLY, ...words], { cwd: directory, env, stdio: "pipe" });
      let text = "";
      for (const stream of [process.stdout, process.stderr]) {
        stream?.setEncoding("utf8").on("data", (data: string) => (text += data));
      }
      const ended = once(process, "close");
      return {
        process,
        said: () => text.replaceAll(/\s+/g, " "),
        async stop(signal) {
          if (process.exitCode === null && process.signalCode === null) process.kill(signal);
          await ended;
        },
      };
    },
    async remove() {
      rmSync(directory, { recursive: true, force: true });
      await made?.remove();
    },
  };
}

/** The scope of the lab: a web server, a database and a silent host. */
export const LAB_SCOPE = `version: 1
name: lab
systemTypes:
  server: { cadence: 1h, ports: "1-128,443,5432" }
targets:
  - name: lab network
    addresses: [10.77.0.0/29]
    systemType: server
    owner: team-lab
assets:
  - { name: web, addresses: [10.77.0.2] }
  - { name: database, addresses: [10.77.0.3] }
  - { name: silent, addresses: [10.77.0.4] }
exclusions:
  - { addresses: [10.77.0.1], reason: the scanner itself }
`;

export const LAB_BASELINE = `version: 1
authorizedPorts:
  - { asset: web, port: 80, owner: team-web, justification: redirects to 443 }
  - { asset: web, port: 443, owner: team-web, justification: the shop }
  - { asset: database, port: 5432, owner: team-data, justification: the shop's database }
`;
