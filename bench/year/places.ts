import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../test/postgres-server.ts";

export interface BenchPlace {
  readonly name: "embedded" | "postgresql";
  readonly home: string;
  readonly databaseUrl?: string | undefined;
}

export interface BenchOptions {
  /** To be simulated, whole days from the first of January on. */
  readonly days: number;
  /** The first of them, with a look every minute. */
  readonly lookDays: number;
  /** After which the simulation ends, with what it has by then. Absent: never. */
  readonly minutes?: number | undefined;
  /** The folder of an embedded database that stays: the next run continues there. */
  readonly kept?: string | undefined;
  readonly only?: BenchPlace["name"] | undefined;
}

/**
 * The embedded database and a PostgreSQL (fsync off), one after the other, each in a folder that is deleted afterwards.
 * With `kept`, the embedded database alone, in that folder, which stays: the next run continues there.
 */
export async function onEachDatabase(
  work: (place: BenchPlace) => Promise<void>,
  { kept, only }: Pick<BenchOptions, "kept" | "only">,
): Promise<void> {
  if (kept !== undefined) {
    mkdirSync(kept, { recursive: true });
    return await work({ name: "embedded", home: kept });
  }
  const root = mkdtempSync(join(tmpdir(), "portolan-bench-"));
  chmodSync(root, 0o711);
  let server: number | undefined;
  try {
    if (only !== "postgresql") await work({ name: "embedded", home: join(root, "embedded") });
    if (only === "embedded") return;
    const { urlOf } = await startPostgres(root);
    server = Number(readFileSync(join(root, "postgres.pid"), "utf8"));
    await work({ name: "postgresql", home: join(root, "postgresql"), databaseUrl: urlOf("postgres") });
  } finally {
    if (server !== undefined) process.kill(server, "SIGQUIT");
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
