import { createHash } from "node:crypto";
import { sql } from "kysely";
import { prunedLine } from "@portolan/verifier";
import type { EntryData, Instant } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import { entryFrom } from "../../evidence/index.ts";
import type { Change } from "../change.ts";
import { FORGETTABLE } from "../forgettable.ts";
import { recordChange, type ChangeDeps } from "./record-change.ts";

/** A change in which rows that are append-only otherwise can be deleted, and bodies of entries. */
export interface PruningChange extends Change {
  /** Deletes the bodies of entries. Returns what the entry of the pruning states of them; null: none had a body. */
  forget(indexes: readonly number[]): Promise<EntryData["rows-pruned"]["entries"]>;
}

/**
 * A change of the record that prunes. Until its transaction ends, triggers let rows go; it has to append the entry that
 * says which. `undefined` from `work`: nothing was pruned, and nothing is recorded.
 */
export async function recordPruning<T>(
  deps: ChangeDeps,
  at: Instant,
  work: (change: PruningChange) => Promise<T | undefined>,
): Promise<T | undefined> {
  return await recordChange(deps, at, async (change) => {
    await sql`SELECT set_config('portolan.pruning', 'on', true)`.execute(change.tx);
    let stated = false;
    const result = await work({
      ...change,
      bind(entry, write) {
        stated ||= entry.type === "rows-pruned";
        change.bind(entry, write);
      },
      forget: (indexes) => forget(change.tx, indexes),
    });
    if (result !== undefined && !stated) throw new Error("a pruning comes with the entry that states it");
    return result;
  });
}

async function forget(tx: Tx, indexes: readonly number[]): Promise<EntryData["rows-pruned"]["entries"]> {
  if (indexes.length === 0) return null;
  const numbers = sql`${`{${indexes.join(",")}}`}::text::bigint[]`;
  const found = await tx
    .selectFrom("evidence_entry")
    .selectAll()
    .where("index", "=", sql<number>`ANY (${numbers})`)
    .where("body", "is not", null)
    .orderBy("index")
    .execute();
  if (found.length === 0) return null;
  const digest = createHash("sha256");
  const ranges: [first: number, last: number][] = [];
  for (const entry of found.map(entryFrom)) {
    if (!FORGETTABLE.has(entry.type as never)) throw new Error(`entry ${entry.index} (${entry.type}) is kept for good`);
    digest.update(prunedLine(entry));
    const last = ranges.at(-1);
    if (last?.[1] === entry.index - 1) last[1] = entry.index;
    else ranges.push([entry.index, entry.index]);
  }
  const { numUpdatedRows } = await tx
    .updateTable("evidence_entry")
    .set({ body: null })
    .where("index", "=", sql<number>`ANY (${numbers})`)
    .where("body", "is not", null)
    .executeTakeFirst();
  if (Number(numUpdatedRows) !== found.length) throw new Error("an entry changed while its body was deleted");
  return { count: found.length, ranges, digest: digest.digest("hex") };
}
