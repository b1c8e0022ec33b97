import { readBackup, restoreBackup, spooled, writeBackup } from "../record/backup/index.ts";
import type { BackupResult, Operations, RestoreResult } from "../contract/index.ts";
import { compareTables, keyOfHome, parseVerifierKey, prepareKeyFile, toBase64 } from "../record/evidence/index.ts";
import type { Clock } from "../model/index.ts";
import { systemClock } from "../platform/scheduling/index.ts";
import type { StoreConfig } from "../platform/storage/index.ts";
import { pendingLooks } from "../record/history/index.ts";
import { BINDINGS } from "./bindings.ts";
import { sealAndSign } from "./checkpoints.ts";
import { tablesView } from "./evidence.ts";
import { configuredDestinations, type PublicationConfig } from "./published.ts";
import { rememberRestored, refuseOtherDatabase } from "./record-of-home.ts";
import type { OperationDeps } from "./operation-deps.ts";

/** Writes the whole record to one file, which is created in the home first. */
export function createBackup(deps: OperationDeps): Operations["backup"] {
  const { store, clock, home, version = "unknown" } = deps;
  return {
    async *make() {
      // The looks in the file are signed, too.
      if ((await pendingLooks(store.db)).length > 0) await sealAndSign(deps);
      yield* spooled(home, (write) => writeBackup({ store, clock, program: version }, write));
    },
  };
}

/** Reads a backup from beginning to end. Returns its contents; throws if the file is not a backup. */
export async function inspectBackup(
  content: AsyncIterable<Uint8Array>,
): Promise<Omit<BackupResult, "schema" | "file" | "bytes">> {
  const { header, tables, rows } = await readBackup(content, {});
  return { createdAt: header.createdAt, program: header.program, tables, rows, log: header.log };
}

/**
 * Restores into the configured database, which has to be empty. Each call of `open` returns the backup from its
 * beginning.
 */
export async function restoreRecord(
  config: StoreConfig,
  open: () => AsyncIterable<Uint8Array>,
  {
    acceptContradictions,
    clock = systemClock,
    publication,
  }: {
    readonly acceptContradictions?: boolean | undefined;
    readonly clock?: Clock | undefined;
    readonly publication?: PublicationConfig | undefined;
  } = {},
): Promise<Omit<RestoreResult, "schema" | "file">> {
  // Moving into PostgreSQL is deliberate: DATABASE_URL names where. The other way round, it was forgotten.
  if (config.databaseUrl === undefined) refuseOtherDatabase(config);
  const { header, tables, rows, entries, checkpoints, keys, compared } = await restoreBackup(config, open, {
    compare: (db) => compareTables(db, BINDINGS),
    acceptContradictions,
  });
  const restored = await rememberRestored(config, {
    at: clock.now(),
    backupOf: header.createdAt,
    destinations: configuredDestinations(publication, { home: config.home, clock }),
  });
  return {
    ...restored,
    store: config.databaseUrl === undefined ? "embedded" : "postgresql",
    createdAt: header.createdAt,
    program: header.program,
    tables,
    rows,
    log: { size: entries, checkpoints, keys: [...keys] },
    compared: tablesView(compared),
    signingKey: signingKeyState(config.home, keys),
    keyFile: prepareKeyFile(config.home),
  };
}

function signingKeyState(home: string, keys: readonly string[]): RestoreResult["signingKey"] {
  const own = keyOfHome(home);
  // A log without entries accepts any key.
  if (own === undefined) return keys.length === 0 ? "in place" : "missing";
  const base64 = toBase64(own.publicKey);
  const signer = keys.map((key) => parseVerifierKey(key)?.publicKey).at(-1);
  return keys.length === 0 || (signer !== undefined && toBase64(signer) === base64) ? "in place" : "another";
}
