import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { rootOf } from "@portolan/verifier";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import type { KeyRange } from "../blocks.ts";
import { addressCount, addressOf } from "../address-key.ts";
import type { CoverageSet } from "../coverage.ts";
import { commit, hostStates, type Leaf } from "../host-states.ts";
import { chunksOf, column } from "./columns.ts";
import { unnested } from "./interval-store.ts";

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
  const leaves = committed(secret, set);
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
  const root = rootOf(committed(secret, set).map(({ leafHash }) => leafHash));
  return (await setWithRoot(tx, root))?.id;
}

function setWithRoot(tx: Tx, root: Uint8Array): Promise<Omit<StoredSet, "root"> | undefined> {
  return tx.selectFrom("coverage_set").select(["id", "digest"]).where("root", "=", root).executeTakeFirst();
}

/** The numbers of the leaves, in their order. */
async function storeLeaves(tx: Tx, leaves: readonly Leaf[]): Promise<number[]> {
  const ids: number[] = [];
  for (const some of chunksOf(leaves)) {
    const known = await leafIds(tx, some);
    const missing = some.filter((_, place) => known[place] === null);
    if (missing.length > 0) await insertLeaves(tx, missing);
    for (const id of missing.length > 0 ? await leafIds(tx, some) : known) {
      if (id === null) throw new Error("a host state that was stored cannot be read back");
      ids.push(id);
    }
  }
  return ids;
}

/** Null where the record does not have the leaf. */
async function leafIds(tx: Tx, leaves: readonly Leaf[]): Promise<(number | null)[]> {
  const { rows } = await sql<{ id: number | null }>`
    SELECT h.id FROM unnest(${hexes(leaves.map(({ leafHash }) => leafHash))}::text[]) WITH ORDINALITY AS leaf (hash, place)
    LEFT JOIN host_state AS h ON h.leaf_hash = decode(leaf.hash, 'hex')
    ORDER BY leaf.place`.execute(tx);
  return rows.map(({ id }) => id);
}

async function insertLeaves(tx: Tx, leaves: readonly Leaf[]): Promise<void> {
  await sql`
    INSERT INTO host_state (first_address, last_address, states, salt, leaf_hash)
    SELECT first_address, last_address, states, decode(salt, 'hex'), decode(leaf_hash, 'hex') FROM unnest(
      ${column(leaves.map(({ first }) => first))}::inet[],
      ${column(leaves.map(({ last }) => last))}::inet[],
      ${column(leaves.map(({ text }) => text))}::text[],
      ${hexes(leaves.map(({ salt }) => salt))}::text[],
      ${hexes(leaves.map(({ leafHash }) => leafHash))}::text[]
    ) AS leaf (first_address, last_address, states, salt, leaf_hash)
    ON CONFLICT (leaf_hash) DO NOTHING`.execute(tx);
}

function hexes(all: readonly Uint8Array[]) {
  return column(all.map((each) => Buffer.from(each).toString("hex")));
}

/** Most hosts are in the state that they were in before, so the latest leaves are kept, for the secret they belong to. */
const MOST_KEPT = 50_000;
let kept: { readonly secret: string; readonly leaves: Map<string, Leaf> } | undefined;

function committed(secret: Uint8Array, { ranges }: CoverageSet): Leaf[] {
  const name = Buffer.from(secret).toString("hex");
  if (kept?.secret !== name || kept.leaves.size > MOST_KEPT) kept = { secret: name, leaves: new Map() };
  const { leaves } = kept;
  return hostStates(ranges).map((state) => {
    const known = leaves.get(state.text) ?? commit(secret, state);
    leaves.set(state.text, known);
    return known;
  });
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

/** Of so many sets, the hosts are looked up by the sets; of more, all hosts are read and joined with the sets. */
const FEW_SETS = 20;
/** Of so many addresses, the hosts are looked up by address. */
const FEW_ADDRESSES = 256;

/**
 * The texts of the host states of each set, by address, in no order. Those of other addresses between the first and the
 * last of the ranges may be among them.
 */
export async function statesOfSets(
  db: Db,
  sets: readonly number[],
  ranges: readonly KeyRange[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const [first, last] = [ranges.at(0), ranges.at(-1)];
  if (sets.length === 0 || first === undefined || last === undefined) return new Map();
  const [from, to] = [sql`${addressOf(first.lo)}::text::inet`, sql`${addressOf(last.hi)}::text::inet`];
  const addresses = ranges.reduce((sum, { lo, hi }) => sum + addressCount(lo, hi), 0);
  const isFew = addresses <= FEW_ADDRESSES;
  const members = sql`coverage_set AS s CROSS JOIN unnest(s.hosts) AS member (id)`;
  const found =
    !isFew && sets.length <= FEW_SETS
      ? sql`${members} CROSS JOIN LATERAL (
          SELECT states FROM host_state
          WHERE id = member.id AND first_address <= ${to} AND last_address >= ${from}
          OFFSET 0
        ) AS host`
      : sql`${members} JOIN (
          ${isFew ? hostsOn(ranges) : sql`SELECT id, states FROM host_state WHERE first_address = last_address AND first_address BETWEEN ${from} AND ${to}`}
          UNION ALL
          SELECT id, states FROM host_state
          WHERE first_address <> last_address AND first_address <= ${to} AND last_address >= ${from}
          OFFSET 0
        ) AS host ON host.id = member.id`;
  const { rows } = await sql<{ set_id: number; states: string }>`
    SELECT s.id AS set_id, string_agg(host.states, E'\n') AS states
    FROM ${found} WHERE s.id = ANY (${column(sets)}::bigint[])
    GROUP BY s.id`.execute(db);
  return new Map(rows.map(({ set_id: id, states }) => [id, split(states)]));
}

/** The states that single addresses ever had: one index range each. */
function hostsOn(ranges: readonly KeyRange[]) {
  return sql`SELECT of.id, of.states FROM (SELECT DISTINCT first, last FROM ${unnested(ranges)}) AS range
    CROSS JOIN LATERAL (
      SELECT id, states FROM host_state
      WHERE first_address = last_address AND first_address BETWEEN range.first AND range.last
      OFFSET 0
    ) AS of`;
}

/** Each state ends with a line feed, and another one is between two of them. */
function split(states: string): string[] {
  return states.split("\n\n");
}
