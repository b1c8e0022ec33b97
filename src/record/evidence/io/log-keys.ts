import { checkBody, createKeyring, readLogStart, type KeyRotation, type VerifierKey } from "@portolan/verifier";
import type { Db } from "../../../platform/storage/tables.ts";
import { entryFrom } from "./log-read.ts";

/** The keys of a log as its entries name them. */
export interface KeysOfLog {
  /** The one of entry 0 first, the one that signs now last. Empty: entry 0 names none. */
  readonly keys: readonly VerifierKey[];
  readonly rotations: readonly KeyRotation[];
  /** What the operator chose for the key before the present one. */
  readonly previousKey?: "kept" | "destroyed";
  /** Why the last keys cannot be known; completes "The evidence log is broken: …". */
  readonly problem?: string;
}

/** Reads the few entries that name keys, without recomputing the log; with `end`, of those with a smaller index. */
export async function keysOfLog(db: Db, end?: number): Promise<KeysOfLog> {
  const keyring = createKeyring();
  const rows = await db
    .selectFrom("evidence_entry")
    .selectAll()
    .where((row) => row.or([row("index", "=", 0), row("type", "=", "key-rotated")]))
    .$if(end !== undefined, (query) => query.where("index", "<", end ?? 0))
    .orderBy("index")
    .execute();
  let previousKey: "kept" | "destroyed" | undefined;
  for (const row of rows) {
    const check = checkBody(entryFrom(row));
    if (check.outcome !== "sound") {
      const problem = `its entry ${row.index}, which names a key, was altered`;
      return { keys: keyring.named(), rotations: keyring.rotations(), problem };
    }
    if (row.index === 0) {
      const found = readLogStart(check.body);
      if (found.outcome === "read") keyring.begin(found.start);
      continue;
    }
    const found = await keyring.rotate(check.body);
    if (found?.outcome === "refused") {
      const problem = `its entry ${row.index} claims a key that the log was not handed over to`;
      return { keys: keyring.named(), rotations: keyring.rotations(), problem };
    }
    previousKey = check.body.data["previousKey"] === "destroyed" ? "destroyed" : "kept";
  }
  const keys = { keys: keyring.named(), rotations: keyring.rotations() };
  return previousKey === undefined ? keys : { ...keys, previousKey };
}
