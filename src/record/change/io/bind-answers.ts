import type { EntryOf, Instant, JsonValue } from "../../../model/index.ts";
import type { Db, Store, Tx } from "../../../platform/storage/index.ts";
import {
  bindsAll,
  boundLog,
  fieldsOf,
  readLog,
  verifyLog,
  type Binding,
  type LogProgress,
  type Row,
  type SigningKey,
} from "../../evidence/index.ts";
import { holdLog, isSignedWith } from "./log-store.ts";
import { recordChange } from "./record-change.ts";

/** Half the limit of an entry: rows are counted in characters, and a character takes up to three bytes. */
const MOST_CHARACTERS = 160_000;

/**
 * Binds the answers of a record from before: rows, or fields of rows, that no entry states are adopted as they stand,
 * and an entry says so. Rows that contradict the log are left, and `evidence verify --answers` names them each time.
 * All of it is one change, so a crash leaves nothing half done; it waits for other writers and they for it.
 *
 * Does nothing where the log binds all of it already, is signed with another key, or does not verify.
 */
export async function bindAnswers(
  { store, key }: { readonly store: Pick<Store, "db" | "transaction">; readonly key: SigningKey },
  at: Instant,
  bindings: readonly Binding[],
  onProgress?: LogProgress,
): Promise<void> {
  if ((await isDone(store.db, bindings)) || !(await verifyLog(store.db, { onProgress })).ok) return;
  await recordChange({ store, key }, at, async (change) => {
    const { tx } = change;
    // Rows change in the transaction of their entries: with the log held, every row is the one that entries state.
    await holdLog(tx);
    if ((await isDone(tx, bindings)) || !(await isSignedWith(tx, key))) return;
    const adopted: { [table: string]: number } = {};
    for await (const { table, rows } of unstatedRows(tx, bindings, onProgress)) {
      adopted[table] = (adopted[table] ?? 0) + rows.length;
      change.append({ type: "rows-adopted", at, data: { table, rows } });
    }
    change.append({ type: "answers-bound", at, data: { binds: fieldsOf(bindings), adopted } });
  });
}

async function isDone(db: Db, bindings: readonly Binding[]): Promise<boolean> {
  const head = await db.selectFrom("evidence_head").select("size").executeTakeFirst();
  return head === undefined || head.size === 0 || bindsAll(await boundLog(db), bindings);
}

type Adopted = EntryOf<"rows-adopted">["data"];

/** What no entry states, by table, in parts that fit into an entry. */
async function* unstatedRows(
  tx: Tx,
  bindings: readonly Binding[],
  onProgress: LogProgress | undefined,
): AsyncGenerator<Adopted, undefined> {
  const { tables } = await readLog(tx, bindings, onProgress);
  for (const { table, bindings: ofTable, comparison } of tables) {
    let rows: Adopted["rows"][number][] = [];
    let characters = 0;
    for (const binding of ofTable) {
      for await (const row of binding.rows(tx)) {
        const unstated = comparison.unstated(row, binding);
        if (unstated === undefined) continue;
        const stated = withoutUndefined(unstated);
        const length = JSON.stringify(stated).length;
        if (rows.length > 0 && characters + length > MOST_CHARACTERS) {
          yield { table, rows };
          rows = [];
          characters = 0;
        }
        rows.push(stated);
        characters += length;
      }
    }
    if (rows.length > 0) yield { table, rows };
  }
}

function withoutUndefined({ row, fields }: Row): Adopted["rows"][number] {
  const stated = Object.entries(fields).filter((field): field is [string, JsonValue] => field[1] !== undefined);
  return { row, fields: Object.fromEntries(stated) };
}
