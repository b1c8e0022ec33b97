import { sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/tables.ts";
import { NOTICE_LIFE, type Notice } from "../notice.ts";

/** The most old notices that one change deletes: no change waits long for a table that nobody has read for a year. */
const MOST_DELETED = 1_000;

/** Writes the notices of a change in its transaction, and deletes some of the expired ones. */
export async function leaveNotices(
  tx: Tx,
  at: Instant,
  notices: readonly (Notice & { readonly entryIndex: number })[],
): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map(({ kind, subject, entryIndex }) => ({ kind, subject, entryIndex }));
  await sql`
    INSERT INTO outbox (at, kind, subject, entry_index)
    SELECT ${new Date(at)}::timestamptz, kind, subject, "entryIndex"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS given(kind text, subject jsonb, "entryIndex" bigint)
    ORDER BY "entryIndex"`.execute(tx);
  await sql`
    DELETE FROM outbox WHERE id IN (
      SELECT id FROM outbox WHERE at < ${new Date(at - NOTICE_LIFE)}::timestamptz
      ORDER BY at LIMIT ${sql.lit(MOST_DELETED)} FOR UPDATE SKIP LOCKED)`.execute(tx);
}
