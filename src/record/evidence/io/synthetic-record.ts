import { isSyntheticLog } from "@portolan/verifier";
import type { Db } from "../../../platform/storage/tables.ts";
import { keysOfLog } from "./log-keys.ts";

/** Whether a simulated network answered everything in this record: its log was begun under a name that says so. */
export async function isSyntheticRecord(db: Db): Promise<boolean> {
  const head = await db.selectFrom("evidence_head").select("origin").executeTakeFirst();
  if (head === undefined) return false;
  if (isSyntheticLog(head.origin)) return true;
  // The head can be altered, and then no checkpoint fits it; entry 0 is what was signed.
  return isSyntheticLog((await keysOfLog(db)).keys[0]?.name);
}
