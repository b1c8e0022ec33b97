import { sql } from "kysely";
import { checkBody, type EntryBody, type StoredEntry } from "@portolan/verifier";
import { endpointKey, type EntryType, type Instant, type Transport } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { entryFrom } from "../../evidence/index.ts";

const PAGE = 1_000;

/** Entries that concern the log itself, and the scope and port baseline that were in force when a stretch begins. */
export async function standingEntries(db: Db, start: number, end: number): Promise<StoredEntry[]> {
  const { rows } = await sql<{ index: number | null }>`
    SELECT 0::bigint AS index
    UNION SELECT index FROM evidence_entry WHERE index < ${end} AND type = 'key-rotated'
    UNION SELECT index FROM evidence_entry WHERE index < ${start} AND type IN ('answers-bound', 'record-restored')
    UNION SELECT max(index) FROM evidence_entry WHERE index < ${start} AND type = 'scope-recorded'
    UNION SELECT max(index) FROM evidence_entry WHERE index < ${start} AND type = 'baseline-approved'`.execute(db);
  const indexes = rows.flatMap(({ index }) => (index === null ? [] : [index]));
  const entries = await db.selectFrom("evidence_entry").selectAll().where("index", "in", indexes).execute();
  return entries.map(entryFrom);
}

/** Starts of sweeps that ended in the stretch. */
export async function sweepStarts(db: Db, start: number, sweeps: ReadonlySet<number>): Promise<StoredEntry[]> {
  const wanted = new Set(sweeps);
  const found: StoredEntry[] = [];
  for await (const { entry, body } of backwards(db, start, ["sweep-started"], () => wanted.size > 0)) {
    if (wanted.delete(Number(body.data["sweep"]))) found.push(entry);
  }
  return found;
}

/** The transitions that began the states which still held at the beginning of a stretch. */
export async function transitionsHeld(db: Db, start: number, at: Instant): Promise<StoredEntry[]> {
  const instant = sql`${new Date(at).toISOString()}::text::timestamptz`;
  const { rows } = await sql<{ vantage: string; address: string; transport: Transport; port: number; since: Date }>`
    SELECT vantage_point.name AS vantage, host(address) AS address, transport, port, lower(during) AS since
    FROM endpoint_interval
      JOIN endpoint ON endpoint.id = endpoint_id
      JOIN vantage_point ON vantage_point.id = vantage_id
    WHERE lower(during) < ${instant} AND (upper_inf(during) OR upper(during) >= ${instant})`.execute(db);
  const keyOf = (vantage: string, endpoint: string, since: number): string => `${vantage} ${endpoint} ${since}`;
  const wanted = new Set(
    rows.map(({ vantage, since, ...endpoint }) => keyOf(vantage, endpointKey(endpoint), since.getTime())),
  );
  const found: StoredEntry[] = [];
  for await (const { entry, body } of backwards(db, start, ["states-changed"], () => wanted.size > 0)) {
    const changes = body.data["changes"] as readonly (readonly [endpoint: string, state: string, since: string])[];
    const vantage = String(body.data["vantage"]);
    const begun = changes.filter(([endpoint, , since]) => wanted.delete(keyOf(vantage, endpoint, Date.parse(since))));
    if (begun.length > 0) found.push(entry);
  }
  return found;
}

/** The entries that opened the findings which were still open at the beginning of a stretch. */
export async function findingsHeld(db: Db, start: number): Promise<StoredEntry[]> {
  const seen = new Set<unknown>();
  const found: StoredEntry[] = [];
  const types = ["finding-opened", "finding-regressed", "finding-resolved", "finding-out-of-scope"] as const;
  for await (const { entry, body } of backwards(db, start, types, () => true)) {
    const finding = body.data["finding"];
    if (seen.has(finding)) continue;
    seen.add(finding);
    if (body.type === "finding-opened" || body.type === "finding-regressed") found.push(entry);
  }
  return found;
}

/** Entries of the types below an index, the latest first, for as long as more are wanted. */
async function* backwards(
  db: Db,
  start: number,
  types: readonly EntryType[],
  isWanted: () => boolean,
): AsyncGenerator<{ readonly entry: StoredEntry; readonly body: EntryBody }, undefined> {
  for (let below = start; isWanted();) {
    const rows = await db
      .selectFrom("evidence_entry")
      .selectAll()
      .where("index", "<", below)
      .where("type", "in", [...types])
      .orderBy("index", "desc")
      .limit(PAGE)
      .execute();
    for (const entry of rows.map(entryFrom)) {
      const check = checkBody(entry);
      if (check.outcome === "sound" && isWanted()) yield { entry, body: check.body };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return undefined;
    below = last.index;
  }
  return undefined;
}
