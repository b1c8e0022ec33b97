import { sql } from "kysely";
import { hostLeafHash, rootOf, sameHash } from "@portolan/verifier";
import type { Db } from "../../../platform/storage/index.ts";
import { addressKey } from "../address-key.ts";
import { coverageDigest, coverageSetOf } from "../coverage.ts";
import { blocksOfStates, createPieceReader } from "../host-states.ts";
import { column } from "./columns.ts";

/** A coverage set as its host states give it; only extent and size are as they are stored. */
export interface RecomputedSet {
  readonly root: Uint8Array;
  /** Of a set from before states were a tree; null: it has none. */
  readonly digest: string | null;
  readonly extent: string;
  readonly endpoints: number;
}

interface KnownHost {
  readonly leafHash: Uint8Array;
  readonly states: string;
}

const SETS_A_PAGE = 50;

/** Every coverage set, hashed again from the states of its hosts. A state that many sets have is hashed once. */
export async function* eachCoverageSet(db: Db): AsyncGenerator<RecomputedSet, undefined> {
  const hosts = new Map<number, KnownHost>();
  const piecesOf = createPieceReader();
  for (let after = 0; ;) {
    const sets = await db
      .selectFrom("coverage_set")
      .selectAll()
      .where("id", ">", after)
      .orderBy("id")
      .limit(SETS_A_PAGE)
      .execute();
    await readHosts(db, hosts, new Set(sets.flatMap((set) => set.hosts)));
    for (const { id, hosts: members, digest, extent, endpoints } of sets) {
      after = id;
      const found = members.flatMap((member) => hosts.get(member) ?? []);
      const recomputed = (): string => {
        const blocks = blocksOfStates(
          found.map(({ states }) => states),
          piecesOf,
        );
        return coverageDigest(coverageSetOf(blocks));
      };
      yield {
        root: rootOf(found.map(({ leafHash }) => leafHash)),
        digest: digest === null ? null : recomputed(),
        extent,
        endpoints,
      };
    }
    if (sets.length < SETS_A_PAGE) return undefined;
  }
}

/** A host whose columns disagree with its text is left out, so that no root is right that needs it. */
async function readHosts(db: Db, known: Map<number, KnownHost>, wanted: ReadonlySet<number>): Promise<void> {
  const ids = [...wanted].filter((id) => !known.has(id));
  if (ids.length === 0) return;
  const { rows } = await sql<{
    id: number;
    first: string;
    last: string;
    states: string;
    salt: Uint8Array;
    leaf_hash: Uint8Array;
  }>`
    SELECT id, host(first_address) AS first, host(last_address) AS last, states, salt, leaf_hash
    FROM host_state WHERE id = ANY (${column(ids)}::integer[])`.execute(db);
  for (const { id, first, last, states, salt, leaf_hash: stored } of rows) {
    const leafHash = hostLeafHash(salt, states);
    if (sameHash(leafHash, stored) && isAbout(states, first, last)) known.set(id, { states, leafHash });
  }
}

function isAbout(states: string, first: string, last: string): boolean {
  const [block] = blocksOfStates([states]);
  return block?.lo === addressKey(first) && block.hi === addressKey(last);
}
