import { formatInstant, type Duration, type EntryType, type Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";
import { createProver, toBase64, type StoredEntry } from "@portolan/verifier";
import { recordedIn, type Recorded } from "../bindings.ts";
import { checkpointFrom, entryFrom } from "./log-read.ts";

export interface EntryPage {
  readonly type?: readonly EntryType[] | undefined;
  readonly recordedSince?: Instant | undefined;
  readonly recordedUntil?: Instant | undefined;
  /** Entries from this index on. */
  readonly first?: number | undefined;
  readonly limit: number;
}

/** Entries in order, at most `limit`. */
export async function pageOfEntries(db: Db, page: EntryPage): Promise<StoredEntry[]> {
  const { type, recordedSince, recordedUntil, first, limit } = page;
  let rows = db.selectFrom("evidence_entry").selectAll().orderBy("index").limit(limit);
  if (type !== undefined) rows = rows.where("type", "in", [...type]);
  if (recordedSince !== undefined) rows = rows.where("recorded_at", ">=", new Date(recordedSince));
  if (recordedUntil !== undefined) rows = rows.where("recorded_at", "<", new Date(recordedUntil));
  if (first !== undefined) rows = rows.where("index", ">=", first);
  return (await rows.execute()).map(entryFrom);
}

export interface Inclusion {
  readonly entry: StoredEntry;
  /** Size of the tree that the proof is for. */
  readonly size: number;
  /** Base64. */
  readonly rootHash: string;
  readonly hashes: readonly string[];
  /** The signed checkpoint of that size; absent while no checkpoint covers the entry. */
  readonly note?: string | undefined;
}

/**
 * An entry with the proof that it is in the log: in the tree of the latest checkpoint if that covers it, otherwise in
 * the current log. Undefined when the entry does not exist. Reads every leaf hash below that size.
 */
export async function provenEntry(db: Db, index: number): Promise<Inclusion | undefined> {
  const row = await db.selectFrom("evidence_entry").selectAll().where("index", "=", index).executeTakeFirst();
  if (row === undefined) return undefined;
  const latest = await db
    .selectFrom("evidence_checkpoint")
    .selectAll()
    .orderBy("size", "desc")
    .limit(1)
    .executeTakeFirst();
  const signed = latest !== undefined && latest.size > index ? checkpointFrom(latest) : undefined;
  const leaves = await db
    .selectFrom("evidence_entry")
    .select("leaf_hash")
    .$if(signed !== undefined, (query) => query.where("index", "<", signed?.size ?? 0))
    .orderBy("index")
    .execute();
  const prover = createProver(leaves.map(({ leaf_hash: hash }) => hash));
  return {
    entry: entryFrom(row),
    size: prover.size,
    rootHash: toBase64(prover.root(prover.size)),
    hashes: prover.inclusion(index, prover.size).map(toBase64),
    ...(signed === undefined ? {} : { note: signed.note }),
  };
}

/**
 * The proof that the tree of `first` entries is a prefix of that of `second`, in base64. Undefined when the log does not
 * have so many. Reads every leaf hash below `second`.
 */
export async function consistencyProof(db: Db, first: number, second: number): Promise<readonly string[] | undefined> {
  const leaves = await db
    .selectFrom("evidence_entry")
    .select("leaf_hash")
    .where("index", "<", second)
    .orderBy("index")
    .execute();
  if (first > second || leaves.length < second) return undefined;
  return createProver(leaves.map(({ leaf_hash: hash }) => hash))
    .consistency(first, second)
    .map(toBase64);
}

const LOOKS_A_PAGE = 100;

/**
 * The entry that states a look, with the place of its states in the list `looks`. Undefined: the log has none, or it was
 * altered. Entries are written after the look, by clocks that differ by less than `skew`.
 */
export async function looksEntryOf(
  db: Db,
  look: { readonly id: number; readonly vantage: string; readonly from: Instant; readonly to: Instant },
  skew: Duration = 60_000,
): Promise<{ readonly index: number; readonly place: number } | undefined> {
  const { id, vantage, from, to } = look;
  const began = formatInstant(from);
  for (let first = 0; ;) {
    const page = { type: ["looks-recorded"], recordedSince: to - skew, first, limit: LOOKS_A_PAGE } as const;
    const entries = await pageOfEntries(db, page);
    for (const stored of entries) {
      const entry = recordedIn(stored);
      if (entry?.type !== "looks-recorded" || entry.data.vantage !== vantage) continue;
      const place = entry.data.looks.findIndex(({ times }) =>
        times.some(([start, took]) => start === began && took === to - from),
      );
      if (place >= 0) return { index: stored.index, place };
      if (entry.data.through >= id) return undefined;
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < LOOKS_A_PAGE) return undefined;
    first = last.index + 1;
  }
}

/** The `sweep-finished` entry of a sweep. Undefined: the log has none, or it was altered. */
export async function finishedEntryOf(db: Db, sweep: number): Promise<Recorded<"sweep-finished"> | undefined> {
  const rows = await db
    .selectFrom("evidence_entry")
    .selectAll()
    .where("type", "=", "sweep-finished")
    .where("body", "like", `%"sweep":${sweep},%`)
    .orderBy("index")
    .execute();
  for (const row of rows) {
    const entry = recordedIn(entryFrom(row));
    if (entry?.type === "sweep-finished" && entry.data.sweep === sweep) return entry;
  }
  return undefined;
}
