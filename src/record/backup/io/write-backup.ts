import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { sql } from "kysely";
import { formatInstant, type Clock } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { Tx } from "../../../platform/storage/tables.ts";
import { FORMAT_VERSION, type BackupHeader } from "../format.ts";
import { tablesInOrder, type TableShape } from "./tables.ts";

export interface BackupDeps {
  readonly store: Pick<Store, "transaction">;
  readonly clock: Clock;
  /** Version of the program, for the header. */
  readonly program: string;
}

/** Rows fetched at a time; the largest row is a chunk of a journal, with some hundred kilobytes. */
const FETCH = 500;

/**
 * Writes the whole record as of one instant, unaffected by concurrent writes: it contains everything that was committed
 * before the call. Resolves once the last byte is written. Reads in one transaction (repeatable read); the embedded
 * database does nothing else until it ends, so `write` should not be slow.
 */
export async function writeBackup(deps: BackupDeps, write: (chunk: Uint8Array) => Promise<void>): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`.execute(tx);
    await pipeline(
      Readable.from(sealed(lines(tx, deps)), { objectMode: false }),
      // Higher levels compress a little more, but take several times as long.
      createGzip({ level: 3 }),
      async (compressed: AsyncIterable<Uint8Array>) => {
        for await (const chunk of compressed) await write(chunk);
      },
    );
  });
}

/** The same text, followed by the line that marks it complete. */
async function* sealed(source: AsyncIterable<string>): AsyncGenerator<Buffer> {
  const digest = createHash("sha256");
  for await (const text of source) {
    const bytes = Buffer.from(text);
    digest.update(bytes);
    yield bytes;
  }
  yield Buffer.from(line({ complete: true, sha256: digest.digest("hex") }));
}

async function* lines(tx: Tx, { clock, program }: BackupDeps): AsyncGenerator<string> {
  const migrations = await sql<{ number: number; name: string; digest: string }>`
    SELECT number, name, digest FROM schema_migration ORDER BY number`.execute(tx);
  const head = await tx.selectFrom("evidence_head").select("size").executeTakeFirst();
  yield line({
    backup: "portolan",
    version: FORMAT_VERSION,
    createdAt: formatInstant(clock.now()),
    program,
    migrations: migrations.rows,
    log: { size: head?.size ?? 0 },
  } satisfies BackupHeader);
  for (const table of await tablesInOrder(tx)) {
    yield line({ table: table.name, columns: table.columns.map(({ name }) => name) });
    let rows = 0;
    for await (const fetched of rowsOf(tx, table)) {
      rows += fetched.length;
      yield fetched.map((row) => `${row}\n`).join("");
    }
    yield line({ end: table.name, rows });
  }
}

/** Each row as the JSON array of its columns' texts, made by the database: no value is parsed here. */
async function* rowsOf(tx: Tx, table: TableShape): AsyncGenerator<readonly string[]> {
  const texts = sql.join(table.columns.map(({ name }) => sql`to_jsonb(${sql.ref(name)}::text)`));
  // A jsonb array's text is on one line.
  await sql`DECLARE backup_rows CURSOR FOR
    SELECT jsonb_build_array(${texts})::text AS row FROM ${sql.table(table.name)}`.execute(tx);
  for (;;) {
    const { rows } = await sql<{ row: string }>`FETCH ${sql.lit(FETCH)} FROM backup_rows`.execute(tx);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await sql`CLOSE backup_rows`.execute(tx);
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
