import { setImmediate as nextTurn } from "node:timers/promises";
import type { Selectable } from "kysely";
import { parseInstant, type Instant } from "../../../model/index.ts";
import type { Db, Tables } from "../../../platform/storage/tables.ts";
import { emptyRoot, toBase64, treeFromFrontier } from "@portolan/verifier";
import type { StoredEntry } from "@portolan/verifier";

const PAGE_ROWS = 5_000;
/** Rows between two turns for timers and sockets: the embedded database never waits, so it would starve them. */
const ROWS_A_TURN = 250;

/** How far a reading of the log is, in entries. At its end both are the same. */
export type LogProgress = (done: number, total: number) => void;

/** Entries read between two reports of the progress. */
export const REPORTED_EVERY = 1_000;

/** A signed head of the log, as stored and published. */
export interface Checkpoint {
  /** The number of entries it covers: those with a smaller index. */
  readonly size: number;
  /** Base64. */
  readonly rootHash: string;
  /** Short id of the key, 8 hex digits. */
  readonly keyId: string;
  /** The C2SP signed note, which is published. */
  readonly note: string;
  readonly signedAt: Instant;
}

/** A stored checkpoint, with a time that is signed for. */
export interface DatedCheckpoint extends Checkpoint {
  /**
   * The time that the last entry it covers states: a C2SP note has no time of its own, and nothing signs the column
   * beside it. Absent when that entry is missing or damaged.
   */
  readonly signedUpTo?: Instant | undefined;
}

export interface LogHead {
  /** Name of the log; absent before its first entry. */
  readonly origin?: string | undefined;
  readonly size: number;
  /** Base64; empty when the stored head is damaged. */
  readonly rootHash: string;
  readonly latestCheckpoint?: DatedCheckpoint | undefined;
}

/**
 * A row that somebody may have altered: a column that was emptied or set to infinity has to become a named problem, not
 * a crash of the verification.
 */
type Damaged<Row> = { readonly [Column in keyof Row]: Row[Column] | null };

function instantOf(value: unknown): Instant {
  return value instanceof Date ? value.getTime() : Number.NaN;
}

/** The time in the body of an entry; undefined for a body that is damaged. */
function statedTime(body: string): Instant | undefined {
  try {
    const { at } = JSON.parse(body) as { readonly at?: unknown };
    return typeof at === "string" ? parseInstant(at) : undefined;
  } catch {
    return undefined;
  }
}

export function checkpointFrom(row: Damaged<Selectable<Tables["evidence_checkpoint"]>>): Checkpoint {
  return {
    size: row.size ?? Number.NaN,
    note: row.note ?? "",
    keyId: row.key_id ?? "",
    rootHash: toBase64(row.root_hash ?? new Uint8Array(0)),
    signedAt: instantOf(row.signed_at),
  };
}

export function entryFrom(row: Damaged<Selectable<Tables["evidence_entry"]>>): StoredEntry {
  return {
    index: row.index ?? Number.NaN,
    type: row.type ?? "",
    body: row.body ?? "",
    recordedAt: instantOf(row.recorded_at),
    leafHash: row.leaf_hash ?? new Uint8Array(0),
  };
}

/** The size and root of the log from its stored head, without reading the log. Includes unsigned entries. */
export async function logHead(db: Db): Promise<LogHead> {
  const head = await db.selectFrom("evidence_head").select(["origin", "size", "frontier"]).executeTakeFirst();
  const [latestCheckpoint] = await pageOfCheckpoints(db, { limit: 1 });
  if (head === undefined) return { size: 0, rootHash: toBase64(emptyRoot()), latestCheckpoint };
  // A damaged head has no root; `portolan evidence verify` reports the details.
  const root = treeFromFrontier(head.size, head.frontier)?.root();
  return { origin: head.origin, size: head.size, rootHash: root === undefined ? "" : toBase64(root), latestCheckpoint };
}

/** Stored checkpoints, the largest first: at most `limit`, of fewer than `below` entries, or of exactly `size`. */
export async function pageOfCheckpoints(
  db: Db,
  page: { readonly below?: number | undefined; readonly size?: number | undefined; readonly limit: number },
): Promise<DatedCheckpoint[]> {
  let rows = db
    .selectFrom("evidence_checkpoint")
    .leftJoin("evidence_entry", (join) =>
      join.on("evidence_entry.index", "=", (row) => row("evidence_checkpoint.size", "-", row.lit(1))),
    )
    .selectAll("evidence_checkpoint")
    .select(["evidence_entry.body", "evidence_entry.recorded_at"])
    .orderBy("evidence_checkpoint.size", "desc")
    .orderBy("evidence_checkpoint.key_id")
    .limit(page.limit);
  if (page.below !== undefined) rows = rows.where("evidence_checkpoint.size", "<", page.below);
  if (page.size !== undefined) rows = rows.where("evidence_checkpoint.size", "=", page.size);
  return (await rows.execute()).map(({ body, recorded_at: at, ...row }) => ({
    ...checkpointFrom(row),
    // Of an entry whose body retention pruned, the entry of the pruning states the time beside it.
    signedUpTo: body === null ? at?.getTime() : statedTime(body),
  }));
}

/** Entries with `first <= index < end`, in order, read a page at a time. Default: all of them. */
export async function* readEntries(
  db: Db,
  { first, end, pageRows = PAGE_ROWS }: { first?: number; end?: number; pageRows?: number } = {},
): AsyncGenerator<StoredEntry, undefined> {
  let from = first;
  for (;;) {
    const after = from;
    const page = await db
      .selectFrom("evidence_entry")
      .selectAll()
      .$if(after !== undefined, (query) => query.where("index", ">=", after ?? 0))
      .$if(end !== undefined, (query) => query.where("index", "<", end ?? 0))
      .orderBy("index")
      .limit(pageRows)
      .execute();
    for (const [place, row] of page.entries()) {
      if (place % ROWS_A_TURN === 0) await nextTurn();
      yield entryFrom(row);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return undefined;
    from = last.index + 1;
  }
}

/** Checkpoints of at most `largest` entries, by size, read a page at a time. */
export async function* readCheckpoints(
  db: Db,
  { largest, pageRows = PAGE_ROWS }: { largest?: number; pageRows?: number } = {},
): AsyncGenerator<Checkpoint, undefined> {
  let after: { readonly size: number; readonly keyId: string } | undefined;
  for (;;) {
    const seen = after;
    const page = await db
      .selectFrom("evidence_checkpoint")
      .selectAll()
      .$if(largest !== undefined, (query) => query.where("size", "<=", largest ?? 0))
      .$if(seen !== undefined, (query) =>
        query.where((row) =>
          row.or([
            row("size", ">", seen?.size ?? 0),
            row.and([row("size", "=", seen?.size ?? 0), row("key_id", ">", seen?.keyId ?? "")]),
          ]),
        ),
      )
      .orderBy("size")
      .orderBy("key_id")
      .limit(pageRows)
      .execute();
    for (const row of page) yield checkpointFrom(row);
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return undefined;
    after = { size: last.size, keyId: last.key_id };
  }
}
