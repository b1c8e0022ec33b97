import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { rootOf } from "@portolan/verifier";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import type { KeyRange } from "../blocks.ts";
import { addressOf } from "../address-key.ts";
import type { CoverageSet } from "../coverage.ts";
import { commit, hostStates, type Leaf } from "../host-states.ts";
import { chunksOf, column } from "./columns.ts";

const SECRET_BYTES = 32;

/** A coverage set in the record, with the root of the tree over its hosts. */
export interface StoredSet {
  readonly id: number;
  readonly root: Uint8Array;
  /** By which entries name a set from before states were a tree. */
  readonly digest: string | null;
}

/** Stores a coverage set unless the record already has it. Hosts in a state that the record has are not stored again. */
export async function storeCoverageSet(tx: Tx, set: CoverageSet): Promise<StoredSet> {
  const secret = await commitmentSecret(tx);
  const leaves = hostStates(set.ranges).map((state) => commit(secret, state));
  const root = rootOf(leaves.map(({ leafHash }) => leafHash));
  const known = await setWithRoot(tx, root);
  if (known !== undefined) return { ...known, root };
  const { extent, endpoints } = set;
  const inserted = await tx
    .insertInto("coverage_set")
    .values({ root, extent, endpoints, hosts: sql<number[]>`${column(await storeLeaves(tx, leaves))}::integer[]` })
    .onConflict((conflict) => conflict.column("root").doNothing())
    .returning(["id", "digest"])
    .executeTakeFirst();
  const stored = inserted ?? (await setWithRoot(tx, root));
  if (stored === undefined) throw new Error("the coverage set that was stored cannot be read back");
  return { ...stored, root };
}

/** The number of the set, if the record has it. */
export async function storedSetId(tx: Tx, set: CoverageSet): Promise<number | undefined> {
  const secret = await commitmentSecret(tx);
  const root = rootOf(hostStates(set.ranges).map((state) => commit(secret, state).leafHash));
  return (await setWithRoot(tx, root))?.id;
}

function setWithRoot(tx: Tx, root: Uint8Array): Promise<Omit<StoredSet, "root"> | undefined> {
  return tx.selectFrom("coverage_set").select(["id", "digest"]).where("root", "=", root).executeTakeFirst();
}

/** The numbers of the leaves, in their order. */
async function storeLeaves(tx: Tx, leaves: readonly Leaf[]): Promise<number[]> {
  const ids: number[] = [];
  for (const some of chunksOf(leaves)) {
    const hashes = column(some.map(({ leafHash }) => Buffer.from(leafHash).toString("hex")));
    await sql`
      INSERT INTO host_state (first_address, last_address, states, salt, leaf_hash)
      SELECT first_address, last_address, states, decode(salt, 'hex'), decode(leaf_hash, 'hex') FROM unnest(
        ${column(some.map(({ first }) => first))}::inet[],
        ${column(some.map(({ last }) => last))}::inet[],
        ${column(some.map(({ text }) => text))}::text[],
        ${column(some.map(({ salt }) => Buffer.from(salt).toString("hex")))}::text[],
        ${hashes}::text[]
      ) AS leaf (first_address, last_address, states, salt, leaf_hash)
      WHERE NOT EXISTS (SELECT FROM host_state AS h WHERE h.leaf_hash = decode(leaf.leaf_hash, 'hex'))
      ON CONFLICT (leaf_hash) DO NOTHING`.execute(tx);
    const { rows } = await sql<{ id: number }>`
      SELECT h.id FROM unnest(${hashes}::text[]) WITH ORDINALITY AS leaf (hash, place)
      JOIN host_state AS h ON h.leaf_hash = decode(leaf.hash, 'hex')
      ORDER BY leaf.place`.execute(tx);
    for (const { id } of rows) ids.push(id);
  }
  return ids;
}

/** The secret that salts the record's leaves; the first coverage creates it. */
async function commitmentSecret(tx: Tx): Promise<Uint8Array> {
  const read = (): Promise<{ secret: Uint8Array } | undefined> =>
    tx.selectFrom("commitment_secret").select("secret").executeTakeFirst();
  const known = await read();
  if (known !== undefined) return known.secret;
  await tx
    .insertInto("commitment_secret")
    .values({ secret: randomBytes(SECRET_BYTES) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await read())?.secret ?? (await Promise.reject(new Error("the secret of the record cannot be read back")));
}

/** The texts of the host states of each set, by address, between the first and the last address of the ranges. */
export async function statesOfSets(
  db: Db,
  sets: readonly number[],
  ranges: readonly KeyRange[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const [first, last] = [ranges.at(0), ranges.at(-1)];
  if (sets.length === 0 || first === undefined || last === undefined) return new Map();
  const [from, to] = [sql`${addressOf(first.lo)}::text::inet`, sql`${addressOf(last.hi)}::text::inet`];
  const { rows } = await sql<{ set_id: number; states: string }>`
    WITH host AS MATERIALIZED (
      SELECT id, states FROM host_state
      WHERE first_address = last_address AND first_address BETWEEN ${from} AND ${to}
      UNION ALL
      SELECT id, states FROM host_state
      WHERE first_address <> last_address AND first_address <= ${to} AND last_address >= ${from}
    )
    SELECT s.id AS set_id, string_agg(host.states, E'\n') AS states
    FROM coverage_set AS s CROSS JOIN unnest(s.hosts) AS member (id) JOIN host ON host.id = member.id
    WHERE s.id = ANY (${column(sets)}::bigint[])
    GROUP BY s.id`.execute(db);
  return new Map(rows.map(({ set_id: id, states }) => [id, split(states)]));
}

/** Each state ends with a line feed, and another one is between two of them. */
function split(states: string): string[] {
  return states.split("\n\n");
}
