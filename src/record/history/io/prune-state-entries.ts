import canonicalize from "canonicalize";
import { sql } from "kysely";
import { formatInstant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import {
  entriesAbout,
  isHeld,
  signedEntry,
  type Binding,
  type Claim,
  type Reader,
  type Recorded,
  type StoredEntry,
} from "../../evidence/index.ts";
import { instantParameter, type PruneRule, type Removed, type Shelf, type ShelfRun } from "../../retention/index.ts";
import { namedInterval } from "../row-names.ts";
import { hasToGo, type IntervalTable } from "./prune-intervals.ts";

const A_BATCH = 300;
/** The entry of a batch names rows that these bodies name, and has at most a mebibyte itself. */
const CHARACTERS_A_BATCH = 400_000;

/** An entry, with what it states. */
interface Claimed {
  readonly entry: Recorded;
  readonly claims: readonly Claim[];
}

/** A row that entries state, and whose entries go once nothing it says rests on them. */
export interface StatedRows {
  readonly binding: Binding;
  readonly table: IntervalTable;
  readonly forgettable: Recorded["type"];
}

/**
 * Entries that state intervals. The body of one goes when no interval that it states is left, or a later entry states
 * the same of it. Where an entry that stays states the beginning of an interval that is gone, its end is named instead.
 */
export function stateEntriesShelf(stated: StatedRows): Shelf {
  return {
    kind: "intervals",
    begin: () => beginRun(stated),
    async count(db, rule) {
      const run = beginRun(stated);
      let entries = 0;
      for (let after: number | undefined = 0; after !== undefined;) {
        const batch: Removed = await run.plan(db, rule, after);
        entries += batch.entries.length;
        after = batch.next;
      }
      return { rows: {}, entries };
    },
  };
}

function beginRun({ binding, table, forgettable }: StatedRows): ShelfRun & {
  plan(db: Db, rule: PruneRule, after: number): Promise<Removed>;
} {
  let reader: Reader = binding.reader();
  /** Rows that are gone, and that an entry which stays states as if they still held. */
  let open = new Set<string>();
  let expected = 0;

  async function plan(db: Db, rule: PruneRule, after: number): Promise<Removed> {
    // A transaction that was repeated begins again: what was read for it is not known to be right.
    if (after !== expected || after === 0) {
      reader = binding.reader();
      open = new Set();
      expected = 0;
      if (after !== 0) return { rows: {}, entries: [], next: 0 };
    }
    const stored = await readBatch(db, rule, after);
    const read = claimsOf(stored);
    const rows = await rowsNamed(
      db,
      table,
      rule,
      read.flatMap(({ claims }) => claims.map(({ row }) => row)),
    );
    const entries: number[] = [];
    const ended: string[] = [];
    for (const { entry, claims } of read) {
      const at = Date.parse(entry.at);
      const isOld = entry.type === forgettable && at <= rule.until && !isHeld({ from: at, until: at + 1 }, rule.held);
      const goes = isOld && !claims.some((claim) => isNeeded(claim, rows.get(claim.row)));
      if (goes) entries.push(entry.index);
      for (const { row, fields } of claims) {
        if (fields === "gone" || fields["until"] === undefined || rows.has(row)) continue;
        if (fields["until"] === null) {
          if (!goes) open.add(row);
        } else if (open.delete(row) && goes) ended.push(row);
      }
    }
    const last = stored.at(-1);
    const next = last === undefined ? undefined : last.index + 1;
    expected = next ?? 0;
    return { rows: {}, entries, ended: { [table]: ended }, next };
  }

  async function readBatch(db: Db, { until }: PruneRule, first: number): Promise<readonly StoredEntry[]> {
    const last = await db
      .selectFrom("evidence_entry")
      .select(({ fn }) => fn.max("index").as("index"))
      .where("type", "=", forgettable)
      .where("recorded_at", "<=", instantParameter(until))
      .executeTakeFirst();
    const below = (last?.index ?? -1) + 1;
    if (first >= below) return [];
    const found = await entriesAbout(db, [binding], first, { below, limit: A_BATCH });
    let characters = 0;
    return found.filter(({ body }, place) => (characters += body.length) <= CHARACTERS_A_BATCH || place === 0);
  }

  function claimsOf(stored: readonly StoredEntry[]): readonly Claimed[] {
    return stored.flatMap((each): Claimed[] => {
      const entry = signedEntry(each);
      if (entry === undefined) return [];
      if (entry.type === "rows-adopted") {
        for (const row of entry.data.rows) reader.adopts?.(row);
        return [{ entry, claims: entry.data.rows }];
      }
      return [{ entry, claims: binding.types.includes(entry.type) ? reader.states(entry) : [] }];
    });
  }

  return { plan, remove: plan };
}

/** Whether the row says something that this entry states of it. */
function isNeeded({ fields }: Claim, row: Claim["fields"] | undefined): boolean {
  if (row === undefined || row === "gone") return false;
  // The sweep that saw its beginning never changes.
  if (fields === "gone" || fields["firstSweep"] !== undefined) return true;
  return Object.entries(fields).some(
    ([name, value]) => value !== undefined && canonicalize(value) === canonicalize(row[name] ?? null),
  );
}

/** The rows of these names that stay, as the binding reads them. */
async function rowsNamed(
  db: Db,
  table: IntervalTable,
  rule: PruneRule,
  names: readonly string[],
): Promise<ReadonlyMap<string, Claim["fields"]>> {
  const wanted = [...new Set(names)].flatMap((row) => {
    const named = namedInterval(row);
    return named === undefined ? [] : [{ row, ...named.endpoint, vantage: named.vantage, since: named.since }];
  });
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<{ row: string; until: Date | null; asked_at: Date | null; identified_at: Date | null }>`
    SELECT given.row, upper(i.during) AS until,
      ${table === "service_interval" ? sql`i.asked_at, i.identified_at` : sql`NULL::timestamptz AS asked_at, NULL::timestamptz AS identified_at`}
    FROM jsonb_to_recordset(${JSON.stringify(wanted)}::text::jsonb)
        AS given ("row" text, address inet, transport text, port integer, vantage text, since timestamptz)
      JOIN vantage_point AS v ON v.name = given.vantage
      JOIN endpoint AS e ON (e.address, e.transport, e.port) = (given.address, given.transport, given.port)
      JOIN ${sql.table(table)} AS i ON i.endpoint_id = e.id AND i.vantage_id = v.id AND lower(i.during) = given.since
    WHERE NOT ${hasToGo(rule)}`.execute(db);
  const timeOf = (at: Date | null): string | null => (at === null ? null : formatInstant(at.getTime()));
  return new Map(
    rows.map(({ row, until, asked_at: asked, identified_at: identified }) => [
      row,
      { until: timeOf(until), askedAt: timeOf(asked), identifiedAt: timeOf(identified) },
    ]),
  );
}
