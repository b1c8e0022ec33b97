import { hash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { X509Certificate } from "node:crypto";
import { sql } from "kysely";
import { formatInstant, type Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";
import { recordChange, type ChangeDeps } from "../../change/index.ts";
import type { Checkpoint } from "../../evidence/index.ts";
import { isLate, untimed, type Covering, type Untimed } from "../gaps.ts";
import { imprintOf } from "../request.ts";
import { checkTimestamp, type Timestamp } from "../response.ts";

/** A stored response of an authority. */
export interface StoredTimestamp {
  readonly size: number;
  readonly keyId: string;
  readonly at: Instant;
  /** The DER of the response (RFC 3161), as it came. */
  readonly response: Uint8Array;
}

/** Keeps a timestamp with its checkpoint, and an entry with its digest, which the next timestamp covers. */
export async function keepTimestamp(
  deps: ChangeDeps,
  now: Instant,
  { size, keyId }: Pick<Checkpoint, "size" | "keyId">,
  { response, timestamp }: { readonly response: Uint8Array; readonly timestamp: Timestamp },
): Promise<void> {
  const digest = hash("sha256", response, "hex");
  await recordChange(deps, now, async (change) => {
    const row = { digest, size, key_id: keyId, stamped_at: new Date(timestamp.at), response };
    const kept = await change.tx
      .insertInto("checkpoint_timestamp")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning("digest")
      .executeTakeFirst();
    if (kept === undefined) return;
    change.append({
      type: "checkpoint-timestamped",
      at: now,
      data: {
        size,
        keyId,
        digest,
        stampedAt: formatInstant(timestamp.at),
        authority: timestamp.authority,
        validUntil: formatInstant(timestamp.until),
      },
    });
  });
}

/** The timestamps of checkpoints with these sizes. */
export async function timestampsOf(db: Db, sizes: readonly number[]): Promise<StoredTimestamp[]> {
  if (sizes.length === 0) return [];
  const rows = await db
    .selectFrom("checkpoint_timestamp")
    .selectAll()
    .where("size", "in", [...sizes])
    .orderBy("size")
    .orderBy("stamped_at")
    .execute();
  return rows.map(({ size, key_id: keyId, stamped_at: at, response }) => ({ size, keyId, at: at.getTime(), response }));
}

/** The timestamp of the largest checkpoint that has one, and when that checkpoint was signed. */
export async function lastTimestamped(
  db: Db,
): Promise<{ readonly size: number; readonly at: Instant; readonly signedAt: Instant } | undefined> {
  const { rows } = await sql<{ size: number; stamped_at: Date; signed_at: Date }>`
    SELECT t.size, t.stamped_at, e.signed_at
    FROM checkpoint_timestamp t JOIN evidence_checkpoint e ON e.size = t.size AND e.key_id = t.key_id
    ORDER BY t.size DESC, t.stamped_at DESC LIMIT 1`.execute(db);
  const [row] = rows;
  return row === undefined
    ? undefined
    : { size: row.size, at: row.stamped_at.getTime(), signedAt: row.signed_at.getTime() };
}

/** What the stored timestamps amount to. */
export interface TimestampsReport {
  /** How many hold. */
  readonly timestamps: number;
  /** Entries that the largest timestamped checkpoint covers; 0: there is none. */
  readonly size: number;
  readonly latest?: Timestamp | undefined;
  readonly gaps: readonly Untimed[];
  readonly problems: readonly { readonly checkpoint: number; readonly problem: string }[];
}

const PAGE_ROWS = 200;

/** Checks every stored timestamp against the note it is stored with; without authorities, all but their chains. */
export async function verifyTimestamps(
  db: Db,
  authorities: readonly X509Certificate[],
  now: Instant,
): Promise<TimestampsReport> {
  const covering: Covering[] = [];
  const problems: { checkpoint: number; problem: string }[] = [];
  let latest: { readonly size: number; readonly timestamp: Timestamp } | undefined;
  for await (const { digest, size, stamped_at: at, response, note } of eachTimestamp(db)) {
    const check = checkTimestamp(response, { imprint: imprintOf(note), authorities });
    const problem =
      check.outcome === "refused"
        ? `is not accepted: ${check.problem}`
        : check.timestamp.at !== at.getTime()
          ? "is stored with another time than it states"
          : hash("sha256", response, "hex") === digest
            ? undefined
            : "is stored under the digest of another one";
    if (problem !== undefined || check.outcome === "refused") {
      problems.push({ checkpoint: size, problem: `A timestamp of the checkpoint of size ${size} ${problem ?? ""}.` });
      continue;
    }
    covering.push({ size, at: at.getTime() });
    latest = { size, timestamp: check.timestamp };
  }
  const gaps = await untimed(covering, (index) => recordedAt(db, index), now);
  return { timestamps: covering.length, size: latest?.size ?? 0, latest: latest?.timestamp, gaps, problems };
}

/** Since when the entries from this index on have waited for a timestamp; undefined: none is late. */
export async function untimedSince(db: Db, covered: number, now: Instant): Promise<Instant | undefined> {
  const from = await recordedAt(db, covered);
  return from !== undefined && isLate(from, now) ? from : undefined;
}

async function recordedAt(db: Db, index: number): Promise<Instant | undefined> {
  const entry = db.selectFrom("evidence_entry").select("recorded_at").where("index", "=", index);
  return (await entry.executeTakeFirst())?.recorded_at.getTime();
}

async function* eachTimestamp(db: Db) {
  for (let after = { size: -1, digest: "" }; ;) {
    const { rows } = await sql<{ digest: string; size: number; stamped_at: Date; response: Uint8Array; note: string }>`
      SELECT t.digest, t.size, t.stamped_at, t.response, e.note
      FROM checkpoint_timestamp t JOIN evidence_checkpoint e ON e.size = t.size AND e.key_id = t.key_id
      WHERE (t.size, t.digest) > (${after.size}::bigint, ${after.digest})
      ORDER BY t.size, t.digest LIMIT ${sql.lit(PAGE_ROWS)}`.execute(db);
    for (const row of rows) {
      // Checking one takes milliseconds: timers and sockets get their turn between two.
      await nextTurn();
      yield row;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    after = last;
  }
}
