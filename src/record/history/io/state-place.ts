import { sql } from "kysely";
import { createProver, toBase64 } from "@portolan/verifier";
import type { Endpoint, Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { pieceOf } from "../blocks.ts";
import type { ObservedState } from "../coverage.ts";
import { blocksOfStates } from "../host-states.ts";
import { milliseconds, timestamp, vantageId } from "./columns.ts";
import { sealedThrough } from "./seal-looks.ts";

/** The latest run of a sweep or look that covered an endpoint, and the place of its host in the tree of what that saw. */
export interface StatePlace {
  readonly state: ObservedState;
  /** Absent: a look without change, which is recorded without a sweep. */
  readonly sweepId?: number;
  /** Number of the look. */
  readonly lookId?: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly trusted: boolean;
  /** The root of the tree. */
  readonly root: Uint8Array;
  readonly host: {
    readonly text: string;
    /** Base64, as the hashes. */
    readonly salt: string;
    readonly index: number;
    readonly size: number;
    readonly hashes: readonly string[];
  };
}

const FIRST_PAGE = 64;
const LARGEST_PAGE = 16_384;

/** Undefined: no sweep of the vantage point, and no look that an entry states, had covered the endpoint by then. */
export async function latestStatePlace(
  db: Db,
  query: { readonly endpoint: Endpoint; readonly vantage: string; readonly at: Instant },
): Promise<StatePlace | undefined> {
  const vantage = await vantageId(db, query.vantage);
  if (vantage === undefined) return undefined;
  const sealed = await sealedThrough(db, query.vantage);
  // Most looks share few sets: each set is read once.
  const hosts = new Map<number, HostIn | undefined>();
  for (let [skip, most] = [0, FIRST_PAGE]; ; skip += most, most = Math.min(4 * most, LARGEST_PAGE)) {
    const runs = await runsUntil(db, { vantage, sealed, at: query.at, skip, most });
    const unread = new Set(runs.map(({ set }) => set).filter((set) => !hosts.has(set)));
    for (const set of unread) hosts.set(set, undefined);
    for (const host of await hostIn(db, [...unread], query.endpoint)) hosts.set(host.set, host);
    for (const { set, sweep, look, ...run } of runs) {
      const host = hosts.get(set);
      if (host === undefined) continue;
      const of = sweep === null ? { lookId: look ?? 0 } : { sweepId: sweep };
      return { state: host.state, ...of, ...run, ...(await placeIn(db, set, host.id)) };
    }
    if (runs.length < most) return undefined;
  }
}

interface Run {
  readonly set: number;
  readonly sweep: number | null;
  readonly look: number | null;
  readonly from: Instant;
  readonly to: Instant;
  readonly trusted: boolean;
}

/** Runs of sweeps and looks that an entry states, the latest first. */
async function runsUntil(
  db: Db,
  page: {
    readonly vantage: number;
    readonly sealed: number;
    readonly at: Instant;
    readonly skip: number;
    readonly most: number;
  },
): Promise<Run[]> {
  const { vantage, sealed, at, skip, most } = page;
  const { rows } = await sql<Run>`
    SELECT set_id AS set, sweep_id AS sweep, look_id AS look, trusted,
      ${milliseconds(sql`covered_from`)} AS from, ${milliseconds(sql`covered_to`)} AS to
    FROM (
      (SELECT set_id, sweep_id, NULL::bigint AS look_id, run, trusted, covered_from, covered_to FROM coverage
        WHERE vantage_id = ${vantage} AND set_id IS NOT NULL AND covered_to <= ${timestamp(at)}
        ORDER BY covered_to DESC LIMIT ${sql.lit(skip + most)})
      UNION ALL
      (SELECT set_id, NULL, id, 0, true, covered_from, covered_to FROM look
        WHERE vantage_id = ${vantage} AND id <= ${sealed} AND covered_to <= ${timestamp(at)}
        ORDER BY covered_to DESC LIMIT ${sql.lit(skip + most)})
    ) AS runs
    ORDER BY covered_to DESC, look_id DESC NULLS LAST, sweep_id DESC, run DESC
    LIMIT ${sql.lit(most)} OFFSET ${sql.lit(skip)}`.execute(db);
  return rows;
}

interface HostIn {
  readonly set: number;
  readonly id: number;
  readonly state: ObservedState;
}

/** The host with the endpoint in each of the sets that cover it. */
async function hostIn(db: Db, sets: readonly number[], endpoint: Endpoint): Promise<HostIn[]> {
  if (sets.length === 0) return [];
  const address = sql`${endpoint.address}::text::inet`;
  const { rows } = await sql<{ set: number; id: number; states: string }>`
    SELECT s.id AS set, h.id, h.states FROM coverage_set AS s
      JOIN host_state AS h ON h.id = ANY (s.hosts) AND h.first_address <= ${address} AND h.last_address >= ${address}
    WHERE s.id = ANY (${sets}::bigint[])`.execute(db);
  return rows.flatMap(({ set, id, states }) => {
    const state = pieceOf(blocksOfStates([states]), endpoint)?.state;
    return state === undefined ? [] : [{ set, id, state }];
  });
}

async function placeIn(db: Db, set: number, host: number): Promise<Pick<StatePlace, "root" | "host">> {
  const { rows } = await sql<{ id: number; states: string; salt: Uint8Array; leaf_hash: Uint8Array; root: Uint8Array }>`
    SELECT h.id, h.states, h.salt, h.leaf_hash, s.root
    FROM coverage_set AS s CROSS JOIN unnest(s.hosts) WITH ORDINALITY AS member (id, place)
      JOIN host_state AS h ON h.id = member.id
    WHERE s.id = ${set} ORDER BY member.place`.execute(db);
  const index = rows.findIndex(({ id }) => id === host);
  const own = rows[index];
  if (own === undefined) throw new Error(`host state ${host} is not in the coverage set that named it`);
  const prover = createProver(rows.map(({ leaf_hash: leaf }) => leaf));
  return {
    root: own.root,
    host: {
      text: own.states,
      salt: toBase64(own.salt),
      index,
      size: prover.size,
      hashes: prover.inclusion(index, prover.size).map(toBase64),
    },
  };
}
