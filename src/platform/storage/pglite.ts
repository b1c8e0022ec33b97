import { existsSync, statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Kysely } from "kysely";
import { Fault } from "../../model/index.ts";
import { closeToOthers, syncPath, syncTree } from "./durable-files.ts";
import { requireOpenFiles } from "../machine/index.ts";
import { startEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { fileFault } from "./faults.ts";
import { prepareHome } from "./home.ts";
import type { Home } from "./home.ts";
import { loadKernel } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { lockHome } from "./lock.ts";
import { maintain } from "./maintenance.ts";
import { migrate } from "./migrate.ts";
import type { Migration } from "./migrations.ts";
import { pgliteDialect } from "./pglite-dialect.ts";
import type { InSession, Store, StoreConfig } from "./store.ts";
import type { Tables } from "./tables.ts";

interface EmbeddedConfig extends StoreConfig {
  readonly migrations: readonly Migration[];
}

/**
 * The database keeps some hundred files open, beside those of Node, the API and a sweep. If it runs out while it creates
 * one, it leaves an empty file behind and cannot create it again.
 */
const OPEN_FILES = 256;

/** Opens, or first creates, the embedded database in `home`: PostgreSQL in WebAssembly, one process at a time. */
export async function openEmbedded(config: EmbeddedConfig): Promise<Store> {
  const { home } = config;
  requireOpenFiles(OPEN_FILES, "The embedded database");
  const files = await prepareHome(home);
  const kernel = loadKernel();
  const lock = lockHome(files.lock, files.path, kernel.flock);
  try {
    if (!existsSync(files.data)) await createDatabase(files, kernel, config.lasting);
    return storeOf(await openDatabase(files.data, files.path, config), () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Builds the database beside its final path and moves it there when complete: a crash in between leaves a draft, not a
 * database. PGlite alone would treat a partial one as a database.
 */
async function createDatabase(files: Home, kernel: Kernel, lasting?: boolean): Promise<void> {
  try {
    await rm(files.draft, { recursive: true, force: true });
    await mkdir(files.draft, { mode: 0o700 });
    const engine = await startEngine(files.draft, files.path, lasting);
    await engine.close();
    syncTree(files.draft, kernel);
    await rename(files.draft, files.data);
    syncPath(files.path);
  } catch (error) {
    await rm(files.draft, { recursive: true, force: true }).catch(() => undefined);
    throw fileFault(error, files.path);
  }
}

async function openDatabase(data: string, place: string, { migrations, lasting }: EmbeddedConfig): Promise<Engine> {
  if (!existsSync(join(data, "PG_VERSION"))) {
    throw new Fault("store-unavailable", `${data} exists but holds no database`, {
      place: data,
      next: "Move it away. Then restore a backup with portolan restore FILE, or begin a new record in another PORTOLAN_HOME.",
    });
  }
  // Made by an earlier version, or copied with another umask.
  if ((statSync(join(data, "PG_VERSION")).mode & 0o077) !== 0) closeToOthers(data);
  const engine = await startEngine(data, place, lasting);
  try {
    await migrate(sessionsOf(engine), migrations, place);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

function storeOf(engine: Engine, released: () => void): Store {
  const db = new Kysely<Tables>({ dialect: pgliteDialect(engine) });
  maintain(engine);
  let closing: Promise<void> | undefined;
  return {
    db,
    kind: "embedded",
    transaction: (work) => db.transaction().execute((tx) => engine.marked(() => work(tx))),
    async executeSql(text, values) {
      const turn = await engine.turn();
      try {
        if (values !== undefined && values.length > 0) return await turn.query(text, values);
        const results = await turn.exec(text);
        return { rows: results.flatMap((result) => result.rows) };
      } catch (error) {
        // The SQL may have begun a transaction before it failed; the next turn must not run inside of it.
        await turn.exec("ROLLBACK").catch(() => undefined);
        throw error;
      } finally {
        turn.end();
      }
    },
    close() {
      closing ??= engine.close().finally(released);
      return closing;
    },
  };
}

function sessionsOf(engine: Engine): InSession {
  return async (work) => {
    const turn = await engine.turn();
    try {
      await turn.exec("BEGIN");
      const result = await work({
        run: async (script) => {
          await turn.exec(script);
        },
        query: (text, values) => turn.query(text, values),
      });
      await turn.exec("COMMIT");
      return result;
    } catch (error) {
      await turn.exec("ROLLBACK").catch(() => undefined);
      throw error;
    } finally {
      turn.end();
    }
  };
}
