import { sql } from "kysely";
import type { Instant, Period } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import type { NumberedRecord } from "../records-digest.ts";
import { SOURCE_KINDS, type SourceKind } from "../source-record.ts";

/** An import of a file that lists addresses and names. */
export interface StoredSource {
  readonly id: number;
  /** The latest import under a name counts. */
  readonly name: string;
  readonly kind: SourceKind;
  readonly format: string;
  /** SHA-256 (hex) of the file. */
  readonly digest: string;
  readonly bytes: number;
  readonly unreadable: number;
  readonly ended: number;
  readonly asOf: Instant;
  /** `transfer`: when the zone was transferred; `file`: the time at which the file was last written, which says little of when its content was true. */
  readonly asOfFrom: "stated" | "file" | "transfer";
  readonly recordedAt: Instant;
  readonly recordedBy: string;
}

/** Rows of one INSERT. */
const BATCH = 5_000;

/** Stores an import with its records. Returns its number. */
export async function insertSource(
  tx: Tx,
  source: Omit<StoredSource, "id">,
  records: readonly NumberedRecord[],
): Promise<number> {
  const { asOf, asOfFrom, recordedAt, recordedBy, ...same } = source;
  const { id } = await tx
    .insertInto("boundary_source")
    .values({
      ...same,
      as_of: new Date(asOf),
      as_of_from: asOfFrom,
      recorded_at: new Date(recordedAt),
      recorded_by: recordedBy,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  for (let start = 0; start < records.length; start += BATCH) {
    const rows = records
      .slice(start, start + BATCH)
      .map(({ number, name = null, address = null, detail }) => ({ number, name, address, detail }));
    await sql`
      INSERT INTO boundary_record (source_id, number, name, address, detail)
      SELECT ${id}, number, name, address, detail FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
        AS given (number integer, name text, address text, detail text)`.execute(tx);
  }
  return id;
}

/** The latest import under each name, by name, as recorded until an instant. Retired ones are left out. */
export async function latestSources(db: Db, until: Instant = Infinity): Promise<StoredSource[]> {
  const bound = Number.isFinite(until) ? new Date(until) : undefined;
  const rows = await db
    .selectFrom("boundary_source")
    .selectAll()
    .$if(bound !== undefined, (query) => query.where("recorded_at", "<=", bound ?? new Date()))
    .distinctOn("name")
    .orderBy("name")
    .orderBy("id", "desc")
    .execute();
  const retired = await db
    .selectFrom("boundary_retirement")
    .select("source_id")
    .$if(bound !== undefined, (query) => query.where("retired_at", "<=", bound ?? new Date()))
    .execute();
  const gone = new Set(retired.map(({ source_id }) => source_id));
  return rows
    .filter(({ id }) => !gone.has(id))
    .map(({ as_of, as_of_from, recorded_at, recorded_by, kind, ...same }) => ({
      ...same,
      kind: SOURCE_KINDS.find((each) => each === kind) ?? "cmdb",
      asOf: as_of.getTime(),
      asOfFrom: as_of_from === "stated" || as_of_from === "transfer" ? as_of_from : "file",
      recordedAt: recorded_at.getTime(),
      recordedBy: recorded_by,
    }));
}

/** The imports whose content was true at a time of the period, with every address in them. */
export async function sourcesTrueIn(
  db: Db,
  { from, to }: Period,
): Promise<{ readonly name: string; readonly asOf: Instant; readonly addresses: readonly string[] }[]> {
  const sources = await db
    .selectFrom("boundary_source")
    .select(["id", "name", "as_of"])
    .where("as_of", ">=", new Date(from))
    .where("as_of", "<", new Date(to))
    .orderBy("as_of")
    .orderBy("id")
    .execute();
  return await Promise.all(
    sources.map(async ({ id, name, as_of }) => {
      const rows = await db
        .selectFrom("boundary_record")
        .select("address")
        .distinct()
        .where("source_id", "=", id)
        .where("address", "is not", null)
        .execute();
      return { name, asOf: as_of.getTime(), addresses: rows.flatMap(({ address }) => address ?? []) };
    }),
  );
}

/** The records of an import, in the order of the file. */
export async function* recordsOf(db: Db, source: number): AsyncGenerator<NumberedRecord> {
  for (let after = 0; ;) {
    const page = await db
      .selectFrom("boundary_record")
      .select(["number", "name", "address", "detail"])
      .where("source_id", "=", source)
      .where("number", ">", after)
      .orderBy("number")
      .limit(BATCH)
      .execute();
    for (const { number, name, address, detail } of page) {
      yield { number, name: name ?? undefined, address: address ?? undefined, detail };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < BATCH) return;
    after = last.number;
  }
}
