import { sql } from "kysely";
import type { Endpoint, Instant, ServiceIdentity } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { isObservedState } from "../as-of.ts";
import { pieceOf } from "../blocks.ts";
import type { ObservedState } from "../coverage.ts";
import type { Sighting } from "../endpoint-life.ts";
import { blocksOfStates } from "../host-states.ts";
import { column, milliseconds, timestamp, vantageId } from "./columns.ts";
import { trustedCoverage } from "./trusted-coverage.ts";

/** An identified service of an endpoint; no identity: it was sent hellos without result. */
export interface ServiceStretch {
  readonly from: Instant;
  /** Absent: it is in force. */
  readonly to?: Instant | undefined;
  readonly identity?: ServiceIdentity | undefined;
}

/** Each change of state and each service of an endpoint that a vantage point observed until an instant. */
export async function sightingsOf(
  db: Db,
  query: { readonly endpoint: Endpoint; readonly vantage: string; readonly until: Instant },
): Promise<{ readonly sightings: readonly Sighting[]; readonly services: readonly ServiceStretch[] }> {
  const vantage = await vantageId(db, query.vantage);
  if (vantage === undefined) return { sightings: [], services: [] };
  const asked = { ...query, vantage };
  const intervals = await intervalsOf(db, asked);
  // Before it was first open, an endpoint has no intervals: its states are those of the coverage.
  const before = await coveredStates(db, { ...asked, until: intervals[0]?.at ?? query.until });
  return { sightings: [...before, ...intervals], services: await servicesOf(db, asked) };
}

interface Asked {
  readonly endpoint: Endpoint;
  readonly vantage: number;
  readonly until: Instant;
}

async function intervalsOf(db: Db, { endpoint, vantage, until }: Asked): Promise<Sighting[]> {
  const { rows } = await sql<{ at: number; state: ObservedState; sweep_id: number }>`
    SELECT ${milliseconds(sql`lower(i.during)`)} AS at, i.state, i.first_sweep AS sweep_id
    FROM endpoint_interval AS i JOIN endpoint AS e ON e.id = i.endpoint_id
    WHERE ${isThis(endpoint)} AND i.vantage_id = ${vantage} AND lower(i.during) < ${timestamp(until)}
    ORDER BY lower(i.during)`.execute(db);
  return rows.map(({ at, state, sweep_id: sweepId }) => ({ at, state, sweepId }));
}

async function servicesOf(db: Db, { endpoint, vantage, until }: Asked): Promise<ServiceStretch[]> {
  const { rows } = await sql<{ from: number; to: number | null; identity: ServiceIdentity | null }>`
    SELECT ${milliseconds(sql`lower(s.during)`)} AS "from", ${milliseconds(sql`upper(s.during)`)} AS "to", s.identity
    FROM service_interval AS s JOIN endpoint AS e ON e.id = s.endpoint_id
    WHERE ${isThis(endpoint)} AND s.vantage_id = ${vantage} AND lower(s.during) < ${timestamp(until)}
    ORDER BY lower(s.during)`.execute(db);
  return rows.map(({ from, to, identity }) => ({
    from,
    ...(to === null ? {} : { to }),
    ...(identity === null ? {} : { identity }),
  }));
}

/** The states that trusted coverage gives, each with the first sweep of a row of sweeps that saw the same. */
async function coveredStates(db: Db, { endpoint, vantage, until }: Asked): Promise<Sighting[]> {
  const states = await statesOfHost(db, endpoint);
  if (states.size === 0) return [];
  const { rows } = await sql<{ at: number; state: string; sweep_id: number }>`
    WITH seen (host_id, state) AS (
      SELECT * FROM unnest(${column(states.keys())}::integer[], ${column(states.values())}::text[])
    ), covering AS MATERIALIZED (
      SELECT s.id AS set_id, seen.state
      FROM coverage_set AS s CROSS JOIN unnest(s.hosts) AS member (host_id) JOIN seen USING (host_id)
      WHERE s.hosts && ${column(states.keys())}::integer[]
    )
    SELECT ${milliseconds(sql`covered_to`)} AS at, state, sweep_id FROM (
      SELECT c.covered_to, c.sweep_id, c.run, covering.state,
        lag(covering.state) OVER (ORDER BY c.covered_to, c.sweep_id, c.run) AS before
      FROM ${trustedCoverage(vantage)} AS c JOIN covering USING (set_id)
      WHERE c.covered_to < ${timestamp(until)}
    ) AS looked
    WHERE state IS DISTINCT FROM before
    ORDER BY covered_to, sweep_id, run`.execute(db);
  return rows.flatMap(({ at, state, sweep_id: sweepId }) => {
    if (!isObservedState(state)) return [];
    // A look has no number.
    return [{ at, state, ...(sweepId === 0 ? {} : { sweepId }) }];
  });
}

/** The state of the endpoint in each host state that includes it. */
async function statesOfHost(db: Db, endpoint: Endpoint): Promise<ReadonlyMap<number, ObservedState>> {
  const address = sql`${endpoint.address}::text::inet`;
  const { rows } = await sql<{ id: number; states: string }>`
    SELECT id, states FROM host_state WHERE first_address = last_address AND first_address = ${address}
    UNION ALL
    SELECT id, states FROM host_state
    WHERE first_address <> last_address AND first_address <= ${address} AND last_address >= ${address}`.execute(db);
  const states = new Map<number, ObservedState>();
  for (const row of rows) {
    const piece = pieceOf(blocksOfStates([row.states]), endpoint);
    if (piece !== undefined) states.set(row.id, piece.state);
  }
  return states;
}

function isThis({ address, transport, port }: Endpoint) {
  return sql`e.address = ${address}::text::inet AND e.transport = ${transport} AND e.port = ${port}`;
}
