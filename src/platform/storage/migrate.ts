import { Fault } from "../../model/index.ts";
import type { Migration } from "./migrations.ts";
import type { InSession, SqlSession } from "./store.ts";

/** Key of the PostgreSQL advisory lock that serializes migrators: "portolan" in ASCII, cut to 53 bits. */
const LOCK_KEY = 0x706f72746f6c;

const TABLE = `
  CREATE TABLE schema_migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`;

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly digest: string;
}

/**
 * Applies, in order, the migrations that the database lacks; each in its own transaction together with the row that
 * records it, so a crash leaves it either applied or not begun. Forward only. Refuses, without a change, a database
 * that a newer Portolan migrated, and one whose applied migrations differ from the files of this version.
 */
export async function migrate(inSession: InSession, migrations: readonly Migration[], place: string): Promise<void> {
  for (;;) {
    const done = await inSession(async (session) => {
      await session.query("SELECT pg_advisory_xact_lock($1)", [LOCK_KEY]);
      const applied = await readApplied(session);
      refuseUnknown(applied ?? [], migrations, place);
      const next = migrations[applied?.length ?? 0];
      if (next === undefined) return true;
      if (applied === undefined) await session.run(TABLE);
      await session.run(next.sql);
      await session.query("INSERT INTO schema_migration (number, name, digest) VALUES ($1, $2, $3)", [
        next.number,
        next.name,
        next.digest,
      ]);
      return false;
    });
    if (done) return;
  }
}

async function readApplied(session: SqlSession): Promise<readonly Applied[] | undefined> {
  const table = await session.query("SELECT to_regclass('schema_migration') IS NOT NULL AS there");
  if (!(table.rows as { there: boolean }[])[0]?.there) return undefined;
  const { rows } = await session.query("SELECT number, name, digest FROM schema_migration ORDER BY number");
  return rows as Applied[];
}

function refuseUnknown(applied: readonly Applied[], migrations: readonly Migration[], place: string): void {
  const last = applied.at(-1);
  if (last !== undefined && last.number > migrations.length) {
    throw new Fault(
      "store-unavailable",
      `The database is newer than this Portolan: it has migration ${last.number} (${last.name}), but this version knows ${migrations.length}`,
      {
        place,
        next: "Run the newer version of Portolan that last used it; a database is never migrated back.",
      },
    );
  }
  for (const [position, row] of applied.entries()) {
    const known = migrations[position];
    if (known !== undefined && row.number === known.number && row.digest === known.digest) continue;
    throw new Fault(
      "store-unavailable",
      `Migration ${row.number} (${row.name}) was applied to the database, but differs from the file of this version of Portolan`,
      {
        place,
        next: "Install an unmodified Portolan, or restore the migration file; an applied migration is never edited.",
      },
    );
  }
}
