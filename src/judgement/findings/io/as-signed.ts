import { sql } from "kysely";
import { isOpen, type Finding } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import {
  alteredEntry,
  entryFrom,
  signedEntry,
  type Contradiction,
  type StoredEntry,
} from "../../../record/evidence/index.ts";
import type { Transition } from "../life.ts";

const TABLE = "finding";

/**
 * Sorts the transitions of findings that are stored: those that may be signed, and what keeps the others from it.
 * Seeing a finding again is not signed for it alone, so nothing is looked up for that.
 */
export async function asSigned(
  tx: Tx,
  transitions: readonly Transition[],
  /** Numbers of findings that the change under way states itself. */
  stated: ReadonlySet<number>,
): Promise<{ readonly kept: Transition[]; readonly contradictions: Contradiction[] }> {
  const touched = transitions
    .flatMap((each) => (each.kind === "open" || each.kind === "see" || each.kind === "settle" ? [] : [each.finding]))
    .filter(({ id }) => !stated.has(id));
  if (touched.length === 0) return { kept: [...transitions], contradictions: [] };
  const last = await lastEntries(
    tx,
    touched.map(({ id }) => id),
  );
  const found = new Map<number, Contradiction>();
  for (const finding of touched) {
    const contradiction = contradictionIn(finding, last.get(finding.id));
    if (contradiction !== undefined) found.set(finding.id, contradiction);
  }
  return {
    kept: transitions.filter((each) => each.kind === "open" || !found.has(each.finding.id)),
    contradictions: [...found.values()],
  };
}

/** The last entry about each of these findings, one lookup in an index for each. */
async function lastEntries(tx: Tx, ids: readonly number[]): Promise<Map<number, StoredEntry>> {
  const { rows } = await sql<Parameters<typeof entryFrom>[0] & { finding: number }>`
    SELECT given.id AS finding, entry.* FROM unnest(${ids}::bigint[]) AS given(id)
    CROSS JOIN LATERAL (
      SELECT * FROM evidence_entry
       WHERE type IN ('finding-opened', 'finding-regressed', 'finding-resolved', 'finding-out-of-scope')
         AND substring(body FROM '"finding":([0-9]+)') = given.id::text
       ORDER BY index DESC LIMIT 1) AS entry`.execute(tx);
  return new Map(rows.map((row) => [Number(row.finding), entryFrom(row)]));
}

function contradictionIn(finding: Finding, stored: StoredEntry | undefined): Contradiction | undefined {
  const row = `finding ${finding.id}`;
  if (stored === undefined) return { table: TABLE, row, problem: `${row} is in the table, and no entry records it.` };
  const entry = signedEntry(stored);
  switch (entry?.type) {
    case "finding-opened":
    case "finding-regressed":
    case "finding-resolved":
    case "finding-out-of-scope": {
      const { fingerprint, kind, vantage } = entry.data;
      const signed = {
        open: entry.type === "finding-opened" || entry.type === "finding-regressed",
        fingerprint,
        kind,
        vantage,
      };
      const says = { ...finding, open: isOpen(finding) };
      const column = (["open", "fingerprint", "kind", "vantage"] as const).find((name) => says[name] !== signed[name]);
      if (column === undefined) return undefined;
      const [has, was] = [JSON.stringify(says[column]), JSON.stringify(signed[column])];
      const problem = `${row} has ${column} ${has}, and entry ${entry.index} says ${was}.`;
      return { table: TABLE, row, column, says: has, signed: was, entry: entry.index, problem };
    }
    default:
      return alteredEntry(TABLE, row, stored.index);
  }
}
