import { createReadStream } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { UntypedEntry } from "../src/model/index.ts";
import { restoreBackup } from "../src/record/backup/index.ts";
import { appendEntries, beginLog, signCheckpoint } from "../src/record/change/io/log-store.ts";
import { compareTables, readEntries, type SigningKey } from "../src/record/evidence/index.ts";
import { openStore, type Store } from "../src/platform/storage/index.ts";
import type { Place } from "./databases.ts";

/** A record of an earlier version: test/fixtures/upgrades/README.md lists what is in it. */
export const SCHEMA_8 = join(import.meta.dirname, "fixtures/upgrades/schema-8.backup");

/** The record of schema 8, migrated, as if `key` had signed it: the key that did is not in a backup. */
export async function resignedRecord(place: Place, key: SigningKey): Promise<Store> {
  await restoreBackup(place, () => createReadStream(SCHEMA_8), { compare: (db) => compareTables(db, []) });
  const store = await openStore(place);
  await store.transaction(async (tx) => {
    const entries: UntypedEntry[] = [];
    for await (const { body, type } of readEntries(tx)) {
      const { at, data } = JSON.parse(body) as { readonly at: string; readonly data: UntypedEntry["data"] };
      entries.push({ type: type as UntypedEntry["type"], at: Date.parse(at), data });
    }
    await sql`SET LOCAL session_replication_role = replica`.execute(tx);
    for (const table of ["evidence_checkpoint", "evidence_entry", "evidence_head"])
      await sql`DELETE FROM ${sql.table(table)}`.execute(tx);
    const [first, ...others] = entries;
    await beginLog(tx, { key, at: first?.at ?? 0 });
    await appendEntries(tx, others);
    await signCheckpoint(tx, key, others.at(-1)?.at ?? 0);
    await sql`SET LOCAL session_replication_role = origin`.execute(tx);
  });
  return store;
}
