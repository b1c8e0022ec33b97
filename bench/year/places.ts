import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../test/postgres-server.ts";

export interface BenchPlace {
  readonly name: "embedded" | "postgresql";
  readonly home: string;
  readonly databaseUrl?: string | undefined;
}

/** The embedded database and a PostgreSQL (fsync off), one after the other, each in a folder that is deleted afterwards. */
export async function onEachDatabase(work: (place: BenchPlace) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "portolan-bench-"));
  chmodSync(root, 0o711);
  let server: number | undefined;
  try {
    await work({ name: "embedded", home: join(root, "embedded") });
    const { urlOf } = await startPostgres(root);
    server = Number(readFileSync(join(root, "postgres.pid"), "utf8"));
    await work({ name: "postgresql", home: join(root, "postgresql"), databaseUrl: urlOf("postgres") });
  } finally {
    if (server !== undefined) process.kill(server, "SIGQUIT");
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
