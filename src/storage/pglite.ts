import { PGlite } from "@electric-sql/pglite";
import { btree_gist } from "@electric-sql/pglite/contrib/btree_gist";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { Kysely, PGliteDialect } from "kysely";
import { Fault } from "../model/index.ts";
import { prepareHome } from "./home.ts";
import type { Home } from "./home.ts";
import { fileFault, messageOf } from "./faults.ts";
import { lockHome } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { readMigrations } from "./migrations.ts";
import type { InSession, Store } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Opens, or first creates, the embedded database in `home`: PostgreSQL in WebAssembly, one process at a time. */
export async function openEmbedded(home: string): Promise<Store> {
  const files = await prepareHome(home);
  const lock = lockHome(files.lock, files.path);
  try {
    if (!existsSync(files.data)) await createDatabase(files);
    const engine = await startEngine(files.data, files.path);
    try {
      await migrate(sessionsOf(engine), readMigrations(), files.path);
    } catch (error) {
      await stopEngine(engine);
      throw error;
    }
    return storeOf(engine, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Builds the database beside its place and moves it there whole: a crash in between leaves a draft, and no database. */
async function createDatabase(files: Home): Promise<void> {
  try {
    await rm(files.draft, { recursive: true, force: true });
    await mkdir(files.draft, { mode: 0o700 });
    const engine = await startEngine(files.draft, files.path);
    try {
      await migrate(sessionsOf(engine), readMigrations(), files.path);
    } finally {
      await stopEngine(engine);
    }
    await rename(files.draft, files.data);
  } catch (error) {
    await rm(files.draft, { recursive: true, force: true }).catch(() => undefined);
    throw error instanceof Fault ? error : fileFault(error, files.path);
  }
}

async function startEngine(directory: string, place: string): Promise<PGlite> {
  const said: string[] = [];
  const exitCode = process.exitCode;
  try {
    return await PGlite.create({
      dataDir: directory,
      extensions: { btree_gist },
      parsers: { 20: wholeNumber, 17: bytesOfHex },
      serializers: { 17: hexOfBytes },
    });
  } catch (error) {
    throw new Fault("store-unavailable", `The database in ${place} does not start: ${messageOf(error)}`, {
      place,
      next: "Restore the directory from a backup, or move it away to begin a new record.",
      cause: said.length === 0 ? error : new Error(said.join("\n"), { cause: error }),
    });
  } finally {
    process.exitCode = exitCode;
  }
}

async function stopEngine(engine: PGlite): Promise<void> {
  const exitCode = process.exitCode;
  try {
    if (!engine.closed) await engine.close();
  } finally {
    process.exitCode = exitCode;
  }
}

function storeOf(engine: PGlite, released: () => void): Store {
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: engine }) });
  let closing: Promise<void> | undefined;
  return {
    db,
    kind: "embedded",
    transaction: (work) => db.transaction().execute(work),
    async executeSql(text, values) {
      if (values !== undefined && values.length > 0) return engine.query(text, values);
      const results = await engine.exec(text);
      return { rows: results.flatMap((result) => result.rows) };
    },
    close() {
      closing ??= stopEngine(engine).finally(released);
      return closing;
    },
  };
}

function sessionsOf(engine: PGlite): InSession {
  return (work) =>
    engine.transaction((tx) =>
      work({
        run: async (script) => {
          await tx.exec(script);
        },
        query: (text, values) => tx.query(text, values),
      }),
    );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is a bigint that a JavaScript number cannot hold`);
  return value;
}

function bytesOfHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), "hex"));
}

function hexOfBytes(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
