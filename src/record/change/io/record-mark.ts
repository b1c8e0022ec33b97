import type { Db } from "../../../platform/storage/index.ts";

/**
 * Names the state of the record: as long as it is the same, nothing that entries state has changed. Looks and journals
 * do not count.
 */
export async function recordMark(db: Db): Promise<string> {
  const head = await db.selectFrom("evidence_head").select(["size", "frontier"]).executeTakeFirst();
  return head === undefined ? "" : `${head.size} ${Buffer.from(head.frontier).toString("base64")}`;
}
