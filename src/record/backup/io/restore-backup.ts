import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { letRowsChange } from "../../change/index.ts";
import { verifyLog, type TablesReport } from "../../evidence/index.ts";
import { Fault } from "../../../model/index.ts";
import {
  hasRecord,
  holdRule,
  openStore,
  readMigrations,
  type Migration,
  type StoreConfig,
} from "../../../platform/storage/index.ts";
import type { Db, Tx } from "../../../platform/storage/tables.ts";
import type { BackupContent, BackupHeader } from "../format.ts";
import { readBackup } from "./read-backup.ts";
import { tablesInOrder, type TableShape } from "./tables.ts";

export interface Restored extends BackupContent {
  /** Entries of the evidence log, all verified. */
  readonly entries: number;
  readonly checkpoints: number;
  /** The keys that signed this log, as `name+id+base64`. */
  readonly keys: readonly string[];
  /** Rows compared with what the log states about them. */
  readonly compared: TablesReport;
}

export interface RestoreOptions {
  /** Compares the tables with the log, in the newest schema. */
  readonly compare: (db: Db) => Promise<TablesReport>;
  /** Restores a record although some of its rows contradict its log, for an investigation. */
  readonly acceptContradictions?: boolean | undefined;
}

/**
 * Restores a backup into an empty database: a home without one, or an empty one of either kind. The file is read twice:
 * once to check that it is complete, and once into one transaction, which is committed if the evidence log in it
 * verifies and no row contradicts what the log states about it. Any earlier failure leaves nothing behind. A backup of
 * an earlier version is restored with its own schema, then migrated; its rows are compared in a migrated copy first.
 *
 * @param open returns the backup's bytes from the beginning on each call
 * @throws Fault `conflict` for an incomplete backup or a database that is not empty; `evidence-broken`
 */
export async function restoreBackup(
  config: StoreConfig,
  open: () => AsyncIterable<Uint8Array>,
  options: RestoreOptions,
): Promise<Restored> {
  const created = config.databaseUrl === undefined && !hasRecord(config);
  const content = await readBackup(open(), {});
  const migrations = migrationsOf(content.header);
  const older = migrations.length < readMigrations().length;
  const copy = older ? await comparedInCopy(config.home, migrations, open, options) : undefined;
  const store = await openStore({ ...config, migrations });
  let restored: Restored | undefined;
  try {
    restored = await store.transaction(async (tx) => {
      await holdRule(tx, "first-record");
      await refuseContent(tx, config.home);
      await fill(tx, open());
      const log = await verified(tx, content.header);
      return { ...content, ...log, compared: copy ?? (await compared(tx, options)) };
    });
  } finally {
    await store.close();
    if (created && restored === undefined) await rm(join(config.home, "data"), { recursive: true, force: true });
  }
  await (await openStore(config)).close();
  return restored;
}

async function compared(db: Db, { compare, acceptContradictions = false }: RestoreOptions): Promise<TablesReport> {
  const tables = await compare(db);
  if (tables.contradicting > 0 && !acceptContradictions) throw contradicts(tables);
  return tables;
}

/** Compares the rows of an older backup: an embedded copy is migrated for it, and deleted again. */
async function comparedInCopy(
  place: string,
  migrations: readonly Migration[],
  open: () => AsyncIterable<Uint8Array>,
  options: RestoreOptions,
): Promise<TablesReport> {
  await mkdir(place, { recursive: true, mode: 0o700 });
  const home = await mkdtemp(join(place, "restore-"));
  try {
    const older = await openStore({ home, migrations });
    try {
      await older.transaction((tx) => fill(tx, open()));
    } finally {
      await older.close();
    }
    const migrated = await openStore({ home });
    try {
      return await compared(migrated.db, options);
    } finally {
      await migrated.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function contradicts({ contradictions, contradicting }: TablesReport): Fault {
  const named = contradictions.slice(0, 5).map(({ table, problem }) => `${table}: ${problem}`);
  const more = contradicting > named.length ? ` And ${contradicting - named.length} more.` : "";
  return new Fault("evidence-broken", `Rows of this backup contradict its evidence log. ${named.join(" ")}${more}`, {
    next: "Use another backup, and keep this one for an investigation. To restore it nevertheless, add --accept-contradictions. Nothing was restored.",
  });
}

/** The migrations of the backup's database: those of this version, or the first ones of them. */
function migrationsOf({ migrations, program }: BackupHeader): readonly Migration[] {
  const known = readMigrations();
  const same = migrations.every(({ digest }, at) => known[at]?.digest === digest);
  if (same) return known.slice(0, migrations.length);
  throw new Fault(
    "conflict",
    `This backup was made by another Portolan (${program}), whose tables this version does not know.`,
    {
      next: "Restore it with that version or a newer one. Nothing was restored.",
    },
  );
}

async function refuseContent(tx: Tx, place: string): Promise<void> {
  const entry = await tx.selectFrom("evidence_entry").select("index").limit(1).executeTakeFirst();
  const scope = await tx.selectFrom("scope_version").select("version").limit(1).executeTakeFirst();
  if (entry !== undefined || scope !== undefined) throw notEmpty(place);
}

function notEmpty(place: string): Fault {
  return new Fault("conflict", "A record exists already, and a backup is never restored over one.", {
    place,
    next: "Name an empty directory in PORTOLAN_HOME, or an empty database in DATABASE_URL.",
  });
}

async function fill(tx: Tx, source: AsyncIterable<Uint8Array>): Promise<void> {
  // The backup has the entries of its rows.
  await letRowsChange(tx);
  const tables = new Map((await tablesInOrder(tx)).map((table) => [table.name, table]));
  const seen = new Set<string>();
  const begin = async (name: string, columns: readonly string[]): Promise<TableShape> => {
    const table = tables.get(name);
    if (table === undefined || columns.some((column) => !table.columns.some((known) => known.name === column))) {
      throw new Fault("conflict", `The backup has a table ${name} that its migrations do not create.`, {
        next: "Use another backup. Nothing was restored.",
      });
    }
    // The backup contains the rows that a migration inserted, in their later state.
    if (!seen.has(name)) await sql`DELETE FROM ${sql.table(name)}`.execute(tx);
    seen.add(name);
    return table;
  };
  await readBackup(source, {
    async rows(name, columns, rows) {
      const { columns: known } = await begin(name, columns);
      const values = columns.map((column, at) => {
        const type = known.find(({ name: other }) => other === column)?.type ?? "text";
        // The database itself supplied both the type and the name of the column.
        return sql`(r.row ->> ${sql.lit(at)})::${sql.raw(type)}`;
      });
      await sql`INSERT INTO ${sql.table(name)} (${sql.join(columns.map((column) => sql.ref(column)))})
        OVERRIDING SYSTEM VALUE
        SELECT ${sql.join(values)} FROM jsonb_array_elements(${`[${rows.join(",")}]`}::text::jsonb) AS r(row)`.execute(
        tx,
      );
    },
  });
  for (const { name, columns } of tables.values()) {
    for (const { name: column } of columns.filter(({ identity }) => identity)) {
      await sql`SELECT setval(pg_get_serial_sequence(${name}, ${column}), coalesce(max(${sql.ref(column)}), 1),
        max(${sql.ref(column)}) IS NOT NULL) FROM ${sql.table(name)}`.execute(tx);
    }
  }
}

async function verified(
  tx: Tx,
  { log }: BackupHeader,
): Promise<{ entries: number; checkpoints: number; keys: readonly string[] }> {
  const report = await verifyLog(tx);
  const [problem] = report.problems;
  if (problem !== undefined || report.entries !== log.size) {
    const why = problem?.problem ?? `it has ${report.entries} entries, but the backup states ${log.size}`;
    throw new Fault("evidence-broken", `The evidence log in this backup does not verify: ${why}`, {
      next: "Use another backup, and keep this one for an investigation. Nothing was restored.",
    });
  }
  return { entries: report.entries, checkpoints: report.checkpoints, keys: report.keys };
}
