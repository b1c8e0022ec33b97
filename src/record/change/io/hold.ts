import type { Db, Store, Tx } from "../../../platform/storage/index.ts";
import type { Hold } from "../../evidence/index.ts";

/** Why nothing may be appended to the log; undefined: nothing keeps anybody from it. */
export async function heldLog(db: Db): Promise<Hold | undefined> {
  const head = await db.selectFrom("evidence_head").select("held").executeTakeFirst();
  return head?.held ?? undefined;
}

/**
 * Lets nobody append to the log any longer, in this process or another one: what followed would be another history.
 * Undefined releases it.
 */
export async function holdLog({ transaction }: Pick<Store, "transaction">, hold: Hold | undefined): Promise<void> {
  await transaction(async (tx) => {
    await tx
      .updateTable("evidence_head")
      .set({ held: hold === undefined ? null : JSON.stringify(hold) })
      .execute();
  });
}

/** A restored record continues by a signed entry, so whatever held the log that was backed up is answered. */
export async function releaseRestored(tx: Tx): Promise<void> {
  await tx.updateTable("evidence_head").set({ held: null }).execute();
}
