import { sql } from "kysely";
import type { Tx } from "../../../platform/storage/index.ts";
import type { Shelf } from "../../retention/index.ts";
import { setOf } from "../row-names.ts";
import { column } from "./columns.ts";
import { holdVantages } from "./prune-coverage.ts";

const A_BATCH = 2_000;

/** Sets that no sweep and no look refers to any longer, and states of hosts that are in no other set. */
export const setsShelf: Shelf = {
  kind: "sweeps",
  begin: () => ({
    async remove(tx, _rule, after) {
      await holdVantages(tx);
      const { rows } = await sql<{ id: number; name: string; hosts: string }>`
        SELECT id, coalesce(digest, encode(root, 'hex')) AS name, array_to_string(hosts, ',') AS hosts
        FROM coverage_set AS s
        WHERE id > ${after} AND NOT EXISTS (SELECT FROM coverage WHERE coverage.set_id = s.id)
          AND NOT EXISTS (SELECT FROM look WHERE look.set_id = s.id)
        ORDER BY id LIMIT ${sql.lit(A_BATCH)}`.execute(tx);
      if (rows.length === 0) return { rows: {}, entries: [] };
      await sql`DELETE FROM coverage_set WHERE id = ANY (${column(rows.map(({ id }) => id))}::bigint[])`.execute(tx);
      const hosts = new Set(
        rows.flatMap((set) =>
          set.hosts
            .split(",")
            .filter((id) => id !== "")
            .map(Number),
        ),
      );
      return {
        rows: { coverage_set: rows.map(({ name }) => setOf(name)), host_state: await deleteStates(tx, hosts) },
        entries: [],
        next: rows.length < A_BATCH ? undefined : rows.at(-1)?.id,
      };
    },
  }),
  /** They follow from what else is deleted. */
  count: () => Promise.resolve({ rows: {}, entries: 0 }),
};

async function deleteStates(tx: Tx, hosts: ReadonlySet<number>): Promise<string[]> {
  const among = column(hosts);
  const { rows: used } = await sql<{ id: number }>`
    SELECT DISTINCT member.id FROM coverage_set CROSS JOIN unnest(hosts) AS member (id)
    WHERE member.id = ANY (${among}::integer[])`.execute(tx);
  const kept = new Set(used.map(({ id }) => id));
  const free = [...hosts].filter((id) => !kept.has(id));
  const { rows } = await sql<{ leaf: string }>`
    DELETE FROM host_state WHERE id = ANY (${column(free)}::integer[])
    RETURNING encode(leaf_hash, 'hex') AS leaf`.execute(tx);
  return rows.map(({ leaf }) => `the state ${leaf}`).sort();
}
