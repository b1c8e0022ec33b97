import { sql } from "kysely";
import { parseInstant } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { entryFrom, isHeld, signedEntry } from "../../evidence/index.ts";
import { instantParameter, type PruneRule, type Shelf } from "../../retention/index.ts";
import { lookOf } from "../row-names.ts";

/** Entries of looks: some sixty looks each. */
const A_BATCH = 50;

interface OldEntry {
  readonly index: number;
  readonly looks: readonly {
    readonly vantage: string;
    readonly states: string;
    readonly from: string;
    readonly to: string;
  }[];
}

/** Looks go together with the entry that states them. The last entry of each vantage point stays, with its looks. */
export const looksShelf: Shelf = {
  kind: "sweeps",
  begin: () => ({
    async remove(tx, rule, after) {
      const { old, next } = await oldEntries(tx, rule, after);
      const looks = await deleteLooks(tx, old);
      return { rows: { look: looks }, entries: old.map(({ index }) => index), next };
    },
  }),
  async count(db, rule) {
    let [looks, entries] = [0, 0];
    for (let after: number | undefined = 0; after !== undefined;) {
      const { old, next } = await oldEntries(db, rule, after);
      entries += old.length;
      looks += old.reduce((sum, each) => sum + each.looks.length, 0);
      after = next;
    }
    return { rows: { look: looks }, entries };
  },
};

async function oldEntries(
  db: Db,
  { until, held }: PruneRule,
  after: number,
): Promise<{ readonly old: readonly OldEntry[]; readonly next: number | undefined }> {
  const rows = await db
    .selectFrom("evidence_entry as entry")
    .selectAll()
    .where("type", "=", "looks-recorded")
    .where("body", "is not", null)
    .where("recorded_at", "<=", instantParameter(until))
    .where("index", ">", after)
    .where(
      sql<boolean>`EXISTS (
        SELECT FROM evidence_entry AS later
        WHERE later.type = 'looks-recorded' AND later.index > entry.index
          AND substring(later.body from '"vantage":("([^"\\\\]|\\\\.)*")') = substring(entry.body from '"vantage":("([^"\\\\]|\\\\.)*")'))`,
    )
    .orderBy("index")
    .limit(A_BATCH)
    .execute();
  const old = rows.flatMap((row): OldEntry[] => {
    const entry = signedEntry(entryFrom(row));
    if (entry?.type !== "looks-recorded") return [];
    const { vantage, looks } = entry.data;
    const times = looks.flatMap(({ states, times: all }) =>
      all.map(([from, took]) => ({ vantage, states, from, at: parseInstant(from) ?? Number.NaN, took })),
    );
    const first = times.reduce((least, { at }) => Math.min(least, at), Infinity);
    if (isHeld({ from: first, until: row.recorded_at.getTime() + 1 }, held)) return [];
    const stated = times.map(({ at, took, ...look }) => ({ ...look, to: new Date(at + took).toISOString() }));
    return [{ index: entry.index, looks: stated }];
  });
  return { old, next: rows.length < A_BATCH ? undefined : rows.at(-1)?.index };
}

async function deleteLooks(tx: Tx, old: readonly OldEntry[]): Promise<string[]> {
  const looks = old.flatMap((entry) => entry.looks);
  if (looks.length === 0) return [];
  const { rows } = await sql<{ vantage: string; states: string; from: string }>`
    DELETE FROM look USING
      jsonb_to_recordset(${JSON.stringify(looks)}::text::jsonb) AS old (vantage text, states text, "from" text, "to" text),
      vantage_point AS v, coverage_set AS s
    WHERE v.name = old.vantage AND s.root = decode(old.states, 'hex')
      AND look.vantage_id = v.id AND look.set_id = s.id
      AND look.covered_to = old."to"::timestamptz AND look.covered_from = old."from"::timestamptz
    RETURNING old.vantage, old.states, old."from"`.execute(tx);
  return rows.map(({ vantage, states, from }) => lookOf(vantage, from, states)).sort();
}
