import { randomUUID } from "node:crypto";
import { formatInstant, type Instant } from "../../../model/index.ts";
import type { Db, Store, Tx } from "../../../platform/storage/index.ts";
import { recordChange, releaseRestored } from "../../change/index.ts";
import { logHead } from "../../evidence/index.ts";

export interface Lineage {
  readonly record: string;
  /** 1 for the original, one more for each restore. */
  readonly generation: number;
}

/** Which record a database holds. One whose table was emptied gets a new name. */
export async function lineageOf({ db, transaction }: Pick<Store, "db" | "transaction">): Promise<Lineage> {
  return (await read(db)) ?? (await transaction(begin));
}

export interface RestoreFacts {
  readonly backupOf: string;
  /** The largest size of a checkpoint outside that the restored log does not have. */
  readonly lost?: number | undefined;
  /** The latest generation that is known outside: a backup that is restored twice begins two of them. */
  readonly known?: number | undefined;
}

/** Marks a record that was just restored: the next generation, and, if it has a log, an entry. */
export async function recordRestore(
  store: Pick<Store, "db" | "transaction">,
  at: Instant,
  { backupOf, lost, known = 0 }: RestoreFacts,
): Promise<Lineage> {
  const hasLog = (await logHead(store.db)).size > 0;
  return await recordChange({ store }, at, async (change) => {
    const { record, generation } = (await read(change.tx)) ?? (await begin(change.tx));
    const next = { record, generation: Math.max(generation, known) + 1 };
    await change.tx.updateTable("record_lineage").set({ generation: next.generation }).execute();
    await releaseRestored(change.tx);
    const data = {
      ...next,
      backupOf: formatInstant(Date.parse(backupOf)),
      ...(lost === undefined ? {} : { lost }),
    };
    if (hasLog) change.append({ type: "record-restored", at, data });
    return next;
  });
}

async function read(db: Db): Promise<Lineage | undefined> {
  return await db.selectFrom("record_lineage").select(["record", "generation"]).executeTakeFirst();
}

async function begin(tx: Tx): Promise<Lineage> {
  await tx
    .insertInto("record_lineage")
    .values({ record: randomUUID(), generation: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return await tx.selectFrom("record_lineage").select(["record", "generation"]).executeTakeFirstOrThrow();
}
