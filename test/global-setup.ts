import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { openStore } from "../src/platform/storage/index.ts";
import { readMigrations } from "../src/platform/storage/migrations.ts";
import { startPostgres } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where a test file requests the databases of the run; the first request creates them. */
    databasesUrl: string;
  }
}

/** The response of `GET databasesUrl`. */
export interface Databases {
  /** The run's directory for databases, deleted when the run ends. */
  readonly homes: string;
  /** Homes with an embedded database, to be copied: one migrated, one empty. */
  readonly templateHome: string;
  readonly emptyHome: string;
  /** URL of a database to run CREATE DATABASE from. */
  readonly adminUrl: string;
  /** The same, over a Unix socket. */
  readonly adminSocketUrl: string;
  /** Name of a migrated database to be copied. */
  readonly templateDatabase: string;
}

let end: () => Promise<void> = async () => undefined;

export function setup(project: TestProject): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "portolan-test-"));
  const data = mkdtempSync(join(forShortLived(), "portolan-test-"));
  for (const folder of [root, data]) chmodSync(folder, 0o711);
  const keeper = keepUntilRunEnds(root, data);
  let databases: Promise<Databases> | undefined;
  const server = createServer((_request, response) => {
    databases ??= makeDatabases(root, data);
    databases.then(
      (made) => response.end(JSON.stringify(made)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  server.unref();
  end = async () => {
    server.close();
    await databases?.catch(() => undefined);
    await keeper();
  };
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      project.provide("databasesUrl", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      resolve();
    });
  });
}

export function teardown(): Promise<void> {
  return end();
}

/** In bytes; the databases that exist at a time take a tenth of it. */
const ROOM = 4 * 2 ** 30;

/**
 * In memory where there is room: hundreds of databases of three hundred files each, none of which outlives its test.
 */
function forShortLived(): string {
  const memory = "/dev/shm";
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > ROOM ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

async function makeDatabases(root: string, data: string): Promise<Databases> {
  const templateDatabase = "portolan_template";
  // Wait for both, even if one fails: one that still writes would outlive the directory.
  const [started, embedded] = await Promise.allSettled([startPostgres(root, { data }), embeddedTemplates(root)]);
  if (started.status === "rejected") throw started.reason;
  if (embedded.status === "rejected") throw embedded.reason;
  const { migrated: templateHome, empty: emptyHome } = embedded.value;
  const postgres = started.value;
  const adminUrl = postgres.urlOf("postgres");
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${templateDatabase}`);
  await admin.end();
  const store = await openStore({ databaseUrl: postgres.urlOf(templateDatabase), home: root });
  await store.close();
  const homes = join(data, "homes");
  mkdirSync(homes);
  return {
    homes,
    templateHome,
    emptyHome,
    adminUrl,
    adminSocketUrl: postgres.socketUrlOf("postgres"),
    templateDatabase,
  };
}

/**
 * Creating an embedded database takes seconds, so both are kept for the next run below node_modules, under a name that
 * changes with everything they are made from.
 */
async function embeddedTemplates(root: string): Promise<{ migrated: string; empty: string }> {
  const at = (folder: string) => ({ migrated: join(folder, "migrated"), empty: join(folder, "empty") });
  const storage = join(import.meta.dirname, "../src/platform/storage");
  const engine = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const hash = createHash("sha256").update(readFileSync(join(dirname(engine), "../package.json")));
  const makers = ["pglite.ts", "engine.ts", "durable-files.ts", "migrate.ts"].map((file) => join(storage, file));
  for (const file of [...makers, import.meta.filename]) hash.update(readFileSync(file));
  for (const migration of readMigrations()) hash.update(migration.digest);
  const cache = join(import.meta.dirname, "../node_modules/.cache/portolan");
  const kept = join(cache, `embedded-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(kept)) return at(kept);
  const draft = join(root, "templates");
  const { migrated, empty } = at(draft);
  await (await openStore({ home: empty, migrations: [] })).close();
  cpSync(empty, migrated, { recursive: true });
  await (await openStore({ home: migrated })).close();
  mkdirSync(cache, { recursive: true });
  // Today's are kept: another run may be copying from them.
  for (const old of readdirSync(cache).map((name) => join(cache, name))) {
    if (statSync(old).mtimeMs < Date.now() - 86_400_000) rmSync(old, { recursive: true, force: true });
  }
  // Copied under a name of its own, then renamed: another run may be doing the same.
  const beside = mkdtempSync(join(cache, "draft-"));
  cpSync(draft, beside, { recursive: true });
  try {
    renameSync(beside, kept);
  } catch {
    rmSync(beside, { recursive: true, force: true });
  }
  return at(draft);
}

/**
 * A shell that reads a pipe held by this process. However the run ends (Ctrl-C and kill -9 too), the pipe closes, and
 * the shell stops the server and deletes the directories. Returns a function that waits for that.
 */
function keepUntilRunEnds(root: string, data: string): () => Promise<void> {
  const script = `
    cat >/dev/null
    if [ -f "$1/postgres.pid" ]; then
      pid=$(cat "$1/postgres.pid")
      kill -QUIT "$pid" 2>/dev/null
      while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    fi
    rm -rf "$1" "$2"`;
  const shell = spawn("sh", ["-c", script, "keeper", root, data], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  const ended = new Promise<void>((resolve) => shell.once("exit", () => resolve()));
  return async () => {
    shell.stdin.end();
    await ended;
  };
}
