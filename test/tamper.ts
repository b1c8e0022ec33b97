import { sql } from "kysely";
import type { Store, Tx } from "../src/platform/storage/index.ts";
import { compareTables, type Binding, type Contradiction } from "../src/record/evidence/index.ts";

/** Does what somebody with the password of the database can do: the triggers that refuse it are off meanwhile. */
export async function tamper(
  store: Pick<Store, "db" | "transaction">,
  ...statements: readonly string[]
): Promise<void> {
  await store.transaction(async (tx) => {
    const tables = await withoutTriggers(tx);
    for (const statement of statements) await sql.raw(statement).execute(tx);
    // Deferred checks of foreign keys would keep the tables from being altered.
    await sql`SET CONSTRAINTS ALL IMMEDIATE`.execute(tx);
    for (const name of tables) await sql`ALTER TABLE ${sql.table(name)} ENABLE TRIGGER USER`.execute(tx);
  });
}

/** Turns the triggers off that refuse changes, and returns the names of their tables. */
export async function withoutTriggers(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT DISTINCT c.relname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace`.execute(tx);
  for (const { name } of rows) await sql`ALTER TABLE ${sql.table(name)} DISABLE TRIGGER USER`.execute(tx);
  return rows.map(({ name }) => name);
}

/** What the comparison with the log names after a statement, which is then undone. */
export async function contradictionsAfter(
  store: Pick<Store, "transaction">,
  bindings: readonly Binding[],
  statement: string,
): Promise<readonly Contradiction[]> {
  const undo = new Error("rolled back");
  let found: readonly Contradiction[] = [];
  await store
    .transaction(async (tx) => {
      await withoutTriggers(tx);
      await sql.raw(statement).execute(tx);
      found = (await compareTables(tx, bindings)).contradictions;
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return found;
}
