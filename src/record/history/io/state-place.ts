import { sql } from "kysely";
import { createProver, toBase64 } from "@portolan/verifier";
import type { Endpoint, Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { pieceOf } from "../blocks.ts";
import type { ObservedState } from "../coverage.ts";
import { blocksOfStates } from "../host-states.ts";
import { milliseconds, timestamp, vantageId } from "./columns.ts";

/** The latest run of a sweep that covered an endpoint, and the place of its host in the tree of that run. */
export interface StatePlace {
  readonly state: ObservedState;
  readonly sweepId: number;
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

const RUNS_A_PAGE = 50;

/** Undefined: no sweep from the vantage point had covered the endpoint by then. */
export async function latestStatePlace(
  db: Db,
  query: { readonly endpoint: Endpoint; readonly vantage: string; readonly at: Instant },
): Promise<StatePlace | undefined> {
  const vantage = await vantageId(db, query.vantage);
  if (vantage === undefined) return undefined;
  const address = sql`${query.endpoint.address}::text::inet`;
  for (let skip = 0; ; skip += RUNS_A_PAGE) {
    const { rows } = await sql<{
      set_id: number;
      sweep_id: number;
      covered_from: number;
      covered_to: number;
      trusted: boolean;
      host_id: number | null;
      states: string | null;
    }>`
      SELECT c.set_id, c.sweep_id, ${milliseconds(sql`c.covered_from`)} AS covered_from,
        ${milliseconds(sql`c.covered_to`)} AS covered_to, c.trusted, h.id AS host_id, h.states
      FROM (
        SELECT * FROM coverage
        WHERE vantage_id = ${vantage} AND set_id IS NOT NULL AND covered_to <= ${timestamp(query.at)}
        ORDER BY covered_to DESC, sweep_id DESC, run DESC
        LIMIT ${sql.lit(RUNS_A_PAGE)} OFFSET ${sql.lit(skip)}
      ) AS c
      JOIN coverage_set AS s ON s.id = c.set_id
      LEFT JOIN host_state AS h
        ON h.id = ANY (s.hosts) AND h.first_address <= ${address} AND h.last_address >= ${address}
      ORDER BY c.covered_to DESC, c.sweep_id DESC, c.run DESC`.execute(db);
    for (const {
      set_id: set,
      sweep_id: sweepId,
      covered_from: from,
      covered_to: to,
      trusted,
      host_id,
      states,
    } of rows) {
      if (host_id === null || states === null) continue;
      const state = pieceOf(blocksOfStates([states]), query.endpoint)?.state;
      if (state !== undefined) return { state, sweepId, from, to, trusted, ...(await placeIn(db, set, host_id)) };
    }
    if (rows.length < RUNS_A_PAGE) return undefined;
  }
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
