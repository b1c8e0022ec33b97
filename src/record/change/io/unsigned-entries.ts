import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { SIGNED_AT_ONCE } from "../signed-at-once.ts";

/** The entries that no checkpoint covers yet: when the first was recorded, and whether one of them should not wait. */
export async function unsignedEntries(
  db: Db,
): Promise<{ readonly first?: Instant | undefined; readonly atOnce: boolean }> {
  const signed = await db
    .selectFrom("evidence_checkpoint")
    .select("size")
    .orderBy("size", "desc")
    .limit(1)
    .executeTakeFirst();
  const unsigned = db.selectFrom("evidence_entry").where("index", ">=", signed?.size ?? 0);
  const first = await unsigned.select("recorded_at").orderBy("index").limit(1).executeTakeFirst();
  if (first === undefined) return { atOnce: false };
  const urgent = await unsigned
    .select("index")
    .where("type", "in", [...SIGNED_AT_ONCE])
    .limit(1)
    .executeTakeFirst();
  return { first: first.recorded_at.getTime(), atOnce: urgent !== undefined };
}
