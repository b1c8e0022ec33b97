import { sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import type { Store, Tx } from "../../../platform/storage/index.ts";
import type { SigningKey } from "../../evidence/index.ts";
import { collectChange, type Change, type Collected } from "../change.ts";
import { isSignedAtOnce } from "../signed-at-once.ts";
import { appendEntries, signCheckpoint } from "./log-store.ts";
import { leaveNotices } from "./outbox.ts";

export interface ChangeDeps {
  readonly store: Pick<Store, "transaction">;
  /** Signs checkpoints. A worker has none: the installation signs what its workers recorded. */
  readonly key?: SigningKey | undefined;
}

/**
 * Changes the record in one transaction: it stores all rows with their entries, notices and, if an entry requires one,
 * a checkpoint; or nothing. `work` may run again after a conflict with another transaction, so it must have no effect
 * outside.
 */
export async function recordChange<T>(
  { store, key }: ChangeDeps,
  at: Instant,
  work: (change: Change) => T | Promise<T>,
): Promise<T> {
  return await store.transaction(async (tx) => {
    await letRowsChange(tx);
    const { change, close } = collectChange(tx, at);
    const result = await work(change);
    await write(change, close(), key);
    return result;
  });
}

/** Until the transaction ends, triggers let rows be written that are written only together with an entry. */
export async function letRowsChange(tx: Tx): Promise<void> {
  await sql`SELECT set_config('portolan.recording', 'on', true)`.execute(tx);
}

/** The head is locked here and not before: changes wait for each other only while they append. */
async function write(
  { tx, at }: Change,
  { entries, bound, notices }: Collected,
  key: SigningKey | undefined,
): Promise<void> {
  if (entries.length === 0) return;
  const { first } = await appendEntries(tx, entries);
  const indexOf = new Map(entries.map((entry, offset) => [entry, first + offset]));
  for (const { entry, write: writeRow } of bound) await writeRow(indexOf.get(entry) ?? Number.NaN);
  await leaveNotices(
    tx,
    at,
    notices.map(({ entry, notice }) => ({ ...notice, entryIndex: indexOf.get(entry) ?? Number.NaN })),
  );
  if (key !== undefined && entries.some(({ type }) => isSignedAtOnce(type))) await signCheckpoint(tx, key, at);
}
