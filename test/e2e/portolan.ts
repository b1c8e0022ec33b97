import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { askForDatabases, copyHome } from "../databases.ts";
import type { RunResult, Station } from "../lab/index.ts";

export const PROGRAM = fileURLToPath(new URL("../../bin/portolan.js", import.meta.url));
/**
 * For what watches only for the length of a test: V8 compiles PostgreSQL no second time, which pays after an hour and
 * costs two seconds of a processor (src/storage/compile.ts).
 */
export const WATCHING_BRIEFLY = [process.execPath, "--wasm-tier-up-filter=0", PROGRAM] as const;

/**
 * A directory in which somebody uses Portolan: its files, and the command line run from inside a lab's station. Its
 * record is begun with no row in it, as making one takes seconds that are no part of most tests.
 */
export interface Workplace {
  readonly directory: string;
  write(file: string, text: string): Promise<void>;
  run(...words: string[]): Promise<RunResult>;
  /** Runs with `--json` and reads what it printed. */
  json<T>(...words: string[]): Promise<{ status: number | null; result: T }>;
  remove(): Promise<void>;
}

export async function workplace(station: Station, environment: NodeJS.ProcessEnv = {}): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), "portolan-e2e-"));
  const { DATABASE_URL: _, PORTOLAN_HOME: __, ...inherited } = process.env;
  copyHome((await askForDatabases()).templateHome, environment["PORTOLAN_HOME"] ?? join(directory, ".portolan"));
  const env = { ...inherited, NO_COLOR: "1", ...environment };
  const run = (...words: string[]): Promise<RunResult> =>
    station.run([process.execPath, PROGRAM, ...words], { cwd: directory, env });
  return {
    directory,
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
    remove: () => Promise.resolve(rmSync(directory, { recursive: true, force: true })),
  };
}

/** The scope of the lab: a web server, a database and something that answers nobody. */
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
