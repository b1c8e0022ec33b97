import { sql } from "kysely";
import type { Db } from "../../../platform/storage/index.ts";
import { column } from "./columns.ts";

/** A coverage set by the name that entries give it: the root of its tree, or the digest of before there was one. */
export interface NamedSet {
  readonly name: string;
  readonly kind: "root" | "digest";
  /** Numbers of host states, by address. */
  readonly hosts: readonly number[];
}

/** A stored host state: the leaf of a tree. */
export interface StoredHostState {
  readonly id: number;
  readonly first: string;
  readonly last: string;
  readonly text: string;
  readonly salt: Uint8Array;
  readonly leafHash: Uint8Array;
}

const SETS_A_PAGE = 100;
const HOSTS_A_PAGE = 5_000;

/** The sets with these names (hex), in this order; those that the record does not have are left out. */
export async function* namedSets(db: Db, names: readonly string[]): AsyncGenerator<NamedSet, undefined> {
  for (let first = 0; first < names.length; first += SETS_A_PAGE) {
    const page = names.slice(first, first + SETS_A_PAGE);
    const { rows } = await sql<{ root: string; digest: string | null; hosts: number[] }>`
      SELECT encode(root, 'hex') AS root, digest, hosts FROM coverage_set
      WHERE root IN (SELECT decode(name, 'hex') FROM unnest(${column(page)}::text[]) AS name)
        OR digest = ANY (${column(page)}::text[])`.execute(db);
    for (const name of page) {
      const byRoot = rows.find(({ root }) => root === name);
      const set = byRoot ?? rows.find(({ digest }) => digest === name);
      if (set !== undefined) yield { name, kind: byRoot === undefined ? "digest" : "root", hosts: set.hosts };
    }
  }
  return undefined;
}

/** Host states by their numbers, in this order, a page at a time. */
export async function* hostStatesOf(db: Db, ids: readonly number[]): AsyncGenerator<StoredHostState, undefined> {
  for (let from = 0; from < ids.length; from += HOSTS_A_PAGE) {
    const page = ids.slice(from, from + HOSTS_A_PAGE);
    const { rows } = await sql<StoredHostState>`
      SELECT id, host(first_address) AS first, host(last_address) AS last, states AS text, salt, leaf_hash AS "leafHash"
      FROM host_state WHERE id = ANY (${column(page)}::integer[])`.execute(db);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const id of page) {
      const host = byId.get(id);
      if (host !== undefined) yield host;
    }
  }
  return undefined;
}
