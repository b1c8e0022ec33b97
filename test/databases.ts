import { cpSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, inject, onTestFinished } from "vitest";
import { openStore } from "../src/platform/storage/index.ts";
import type { Store } from "../src/platform/storage/index.ts";
import type { Databases } from "./global-setup.ts";
import { reusableStore, type ReusableStore } from "./reusable-store.ts";

/** The two stores that everything has to support. */
export const STORE_KINDS = ["embedded", "postgresql"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** Where a fresh database is, for a test that opens it itself. */
export interface Place {
  readonly home: string;
  readonly databaseUrl?: string | undefined;
  /** The same database from inside a network namespace. */
  readonly socketUrl?: string | undefined;
  /** Deletes it; connections that are still open are closed first. */
  remove(): Promise<void>;
}

/**
 * Runs `block` once for the embedded database and once for a real PostgreSQL. Each `open()` returns a migrated store
 * without a row in it, for the test that opens it, or for the whole block when a hook opens it. A store that a test has
 * finished with is emptied and given to another one.
 */
export function eachDatabase(name: string, block: (open: () => Promise<Store>, kind: StoreKind) => void): void {
  describe.each(STORE_KINDS)(`${name} (%s)`, (kind) => {
    const ofHooks: (() => Promise<void>)[] = [];
    afterAll(async () => {
      for (const giveBack of ofHooks) await giveBack();
    });
    block(async () => {
      const taken = idle[kind].pop() ?? (await make(kind));
      const giveBack = async (): Promise<void> => {
        if (await taken.reset()) idle[kind].push(taken);
      };
      if (!whenTestIsDone(giveBack)) ofHooks.push(giveBack);
      return taken.store;
    }, kind);
  });
}

/** For this process, whichever file requests them; the rest is deleted at the end of the run. */
const idle: Record<StoreKind, ReusableStore[]> = { embedded: [], postgresql: [] };

async function make(kind: StoreKind): Promise<ReusableStore> {
  const place = await freshPlace(kind);
  return await reusableStore(await openStore(place), () => place.remove());
}

/** A fresh database without any connection: migrated or entirely empty. */
export async function freshPlace(kind: StoreKind, content: "migrated" | "empty" = "migrated"): Promise<Place> {
  const databases = await askForDatabases();
  const home = await mkdtemp(join(databases.homes, `${kind}-`));
  const removeHome = (): Promise<void> => Promise.resolve(rmSync(home, { recursive: true, force: true }));
  switch (kind) {
    case "embedded":
      copyHome(content === "migrated" ? databases.templateHome : databases.emptyHome, home);
      return { home, remove: removeHome };
    case "postgresql": {
      const name = `portolan_${process.pid}_${(made += 1)}`;
      await administer(
        databases,
        `CREATE DATABASE ${name} TEMPLATE ${content === "migrated" ? databases.templateDatabase : "template0"} STRATEGY file_copy`,
      );
      const [databaseUrl, socketUrl] = [databases.adminUrl, databases.adminSocketUrl].map(
        (admin) => Object.assign(new URL(admin), { pathname: `/${name}` }).href,
      );
      return {
        home,
        databaseUrl,
        socketUrl,
        async remove() {
          await administer(databases, `DROP DATABASE ${name} WITH (FORCE)`);
          await removeHome();
        },
      };
    }
  }
}

/** At once: this takes a sixth of the work of deleting file by file. */
export function copyHome(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}

let made = 0;
let asked: Promise<Databases> | undefined;

/** Waits for the databases of the run; the first request of the whole run takes some seconds. */
export function askForDatabases(): Promise<Databases> {
  asked ??= fetch(inject("databasesUrl")).then(async (response) => {
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Databases;
  });
  return asked;
}

async function administer(databases: Databases, statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: databases.adminUrl });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}

/** False in a hook: what a hook opens lasts as long as its block. */
function whenTestIsDone(end: () => Promise<void>): boolean {
  try {
    onTestFinished(end, 60_000);
    return true;
  } catch {
    // No test is running.
    return false;
  }
}
