import { sql } from "kysely";
import type { Duration, Endpoint, Instant, Transport } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { addressKey, addressOf, compareKeys } from "../address-key.ts";
import { isObservedState } from "../as-of.ts";
import type { KeyRange } from "../blocks.ts";
import type { ObservedState } from "../coverage.ts";
import type { Beginning } from "../gaps.ts";
import type { CurrentInterval, StateTransition } from "../endpoint-fold.ts";
import type { TrackedHost, TrackedState } from "../state-map.ts";
import { chunksOf, column, instants, milliseconds, timestamp } from "./columns.ts";
import { contains } from "./known-by.ts";

/** Below this many endpoints each one is looked up separately; above, all intervals at the instant are read. */
const FEW = 2_000;

export interface StoredInterval extends CurrentInterval {
  readonly endpointId: number;
}

/** The intervals that contain the instant, of endpoints between the ranges' first and last address, by host. */
export async function trackedAt(
  db: Db,
  query: { vantage: number; at: Instant; ranges: readonly KeyRange[]; knownBy?: Instant | undefined },
): Promise<TrackedHost[]> {
  if (query.ranges.length === 0) return [];
  const isIn = contains(query.at, query.knownBy);
  const endpoints = (await fewEndpoints(db, query.ranges))
    ? sql`
      SELECT e.address, e.transport, e.port, i.state, lower(i.during) AS since
      FROM ${endpointsIn(query.ranges)} AS e
      CROSS JOIN LATERAL (
        SELECT state, during FROM endpoint_interval
        WHERE endpoint_id = e.id AND vantage_id = ${query.vantage} AND ${isIn}
        OFFSET 0
      ) AS i`
    : sql`
      SELECT e.address, e.transport, e.port, i.state, i.since
      FROM (
        SELECT endpoint_id, state, lower(during) AS since FROM endpoint_interval
        WHERE vantage_id = ${query.vantage} AND ${isIn}
        OFFSET 0
      ) AS i
      JOIN endpoint AS e ON e.id = i.endpoint_id
      WHERE ${betweenEnds(query.ranges)}`;
  const { rows } = await sql<{ address: string; transport: Transport; ports: string }>`
    SELECT host(address) AS address, transport, string_agg(
      port::text || ' ' || state || ' ' || ${milliseconds(sql`since`)}::text, ','
    ) AS ports
    FROM (${endpoints}) AS tracked
    GROUP BY address, transport`.execute(db);
  const hosts = new Map<string, { key: TrackedHost["key"]; tcp: TrackedState[]; udp: TrackedState[] }>();
  for (const { address, transport, ports } of rows) {
    let host = hosts.get(address);
    if (host === undefined) hosts.set(address, (host = { key: addressKey(address), tcp: [], udp: [] }));
    // Sorted here: the database would have to sort all hosts at once.
    host[transport] = ports
      .split(",")
      .map(readTracked)
      .sort((a, b) => a.port - b.port);
  }
  return [...hosts.values()].sort((a, b) => compareKeys(a.key, b.key));
}

/**
 * The intervals that last until further notice, of the endpoints on these addresses. Few endpoints take one index lookup
 * each, many take a join of all intervals: the planner, which has no statistics of a table that has just grown, has
 * chosen to compare all with all.
 */
export async function currentIntervals(
  db: Db,
  vantage: number,
  ranges: readonly KeyRange[],
  only?: ObservedState,
): Promise<StoredInterval[]> {
  if (ranges.length === 0) return [];
  const current = sql`vantage_id = ${vantage} AND upper_inf(during)`;
  const found = (await fewEndpoints(db, ranges))
    ? sql`${endpointsIn(ranges)} AS e CROSS JOIN LATERAL (
        SELECT state, during FROM endpoint_interval WHERE endpoint_id = e.id AND ${current} OFFSET 0
      ) AS i`
    : sql`(SELECT endpoint_id, state, during FROM endpoint_interval WHERE ${current} OFFSET 0) AS i
      JOIN endpoint AS e ON e.id = i.endpoint_id AND ${isWithin(ranges)}`;
  const { rows } = await sql<{ address: string; transport: Transport; endpoints: string }>`
    SELECT host(e.address) AS address, e.transport, string_agg(
      e.port::text || ' ' || i.state || ' ' || ${milliseconds(sql`lower(i.during)`)}::text || ' ' || e.id::text, ','
      ORDER BY e.port
    ) AS endpoints
    FROM ${found}
    ${only === undefined ? sql`` : sql`WHERE i.state = ${only}`}
    GROUP BY e.address, e.transport
    ORDER BY e.address, e.transport`.execute(db);
  return rows.flatMap(({ address, transport, endpoints }) => {
    const canonical = addressOf(addressKey(address));
    return endpoints.split(",").map((text): StoredInterval => {
      const { port, state, since } = readTracked(text);
      const endpointId = Number(text.slice(text.lastIndexOf(" ") + 1));
      return { endpoint: { address: canonical, transport, port }, state, since, endpointId };
    });
  });
}

/** Ends current intervals: `ends` gives each endpoint's time and the sweep that saw the change. */
export async function endIntervals(
  tx: Tx,
  vantage: number,
  ends: readonly { endpointId: number; at: Instant; sweepId: number }[],
): Promise<void> {
  for (const rows of chunksOf(ends)) {
    await sql`
      UPDATE endpoint_interval AS i
      SET during = tstzrange(lower(i.during), ended.at), last_sweep = ended.sweep_id
      FROM unnest(
        ${column(rows.map((row) => row.endpointId))}::bigint[],
        ${instants(rows.map((row) => row.at))}::timestamptz[],
        ${column(rows.map((row) => row.sweepId))}::bigint[]
      ) AS ended (endpoint_id, at, sweep_id)
      WHERE i.endpoint_id = ended.endpoint_id AND i.vantage_id = ${vantage} AND upper_inf(i.during)`.execute(tx);
  }
}

/** Each list holds the transitions of one endpoint in order; the last one lasts until further notice. */
export async function beginIntervals(
  tx: Tx,
  vantage: number,
  lists: readonly (readonly StateTransition[])[],
): Promise<void> {
  const begun = lists.flatMap((list) => list.map((transition, index) => ({ ...transition, next: list[index + 1] })));
  for (const rows of chunksOf(begun)) {
    const keys = sql`unnest(
      ${column(rows.map((row) => row.endpoint.address))}::inet[],
      ${column(rows.map((row) => row.endpoint.transport))}::text[],
      ${column(rows.map((row) => row.endpoint.port))}::integer[]`;
    await sql`
      INSERT INTO endpoint (address, transport, port)
      SELECT DISTINCT k.address, k.transport, k.port FROM ${keys}) AS k (address, transport, port)
      WHERE NOT EXISTS (
        SELECT FROM endpoint AS e WHERE (e.address, e.transport, e.port) = (k.address, k.transport, k.port)
      )
      ON CONFLICT DO NOTHING`.execute(tx);
    await sql`
      INSERT INTO endpoint_interval (endpoint_id, vantage_id, state, during, first_sweep, last_sweep)
      SELECT e.id, ${vantage}, k.state, tstzrange(k.begins, k.ends), k.first_sweep, k.last_sweep
      FROM ${keys},
        ${column(rows.map((row) => row.state))}::text[],
        ${instants(rows.map((row) => row.at))}::timestamptz[],
        ${instants(rows.map((row) => row.next?.at))}::timestamptz[],
        ${column(rows.map((row) => row.sweepId))}::bigint[],
        ${column(rows.map((row) => row.next?.sweepId))}::bigint[]
      ) AS k (address, transport, port, state, begins, ends, first_sweep, last_sweep)
      JOIN endpoint AS e USING (address, transport, port)`.execute(tx);
  }
}

/** The number of endpoints on the addresses that were ever open; counts only up to `most`. */
export async function endpointCount(db: Db, ranges: readonly KeyRange[], most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM (SELECT FROM ${endpointsIn(ranges)} AS e LIMIT ${most}) AS counted`.execute(db);
  return rows[0]?.count ?? 0;
}

/** The beginnings of intervals in `[from - staleness, to)` on these addresses. */
export async function beginningsIn(
  db: Db,
  query: { vantage: number; from: Instant; to: Instant; staleness: Duration; ranges: readonly KeyRange[] },
): Promise<Beginning[]> {
  const { rows } = await sql<{ address: string; transport: Transport; port: number; at: number }>`
    SELECT host(e.address) AS address, e.transport, e.port, ${milliseconds(sql`lower(i.during)`)} AS at
    FROM ${endpointsIn(query.ranges)} AS e
    JOIN endpoint_interval AS i ON i.endpoint_id = e.id AND i.vantage_id = ${query.vantage}
    WHERE lower(i.during) >= ${timestamp(query.from - query.staleness)}
      AND lower(i.during) < ${timestamp(query.to)}`.execute(db);
  return rows.map(({ address, transport, port, at }) => ({
    endpoint: { address: addressOf(addressKey(address)), transport, port } satisfies Endpoint,
    at,
  }));
}

/** Whether so few endpoints on the addresses were ever open that looking each one up is faster than reading all. */
export async function fewEndpoints(db: Db, ranges: readonly KeyRange[]): Promise<boolean> {
  return (await endpointCount(db, ranges, FEW)) < FEW;
}

/**
 * A sub-select of the endpoints on the addresses: one index range each, whatever the planner's statistics of the table.
 */
export function endpointsIn(ranges: readonly KeyRange[]) {
  return sql`(
    SELECT found.* FROM ${unnested(ranges)}
    CROSS JOIN LATERAL (
      SELECT id, address, transport, port FROM endpoint WHERE address >= range.first AND address <= range.last OFFSET 0
    ) AS found
  )`;
}

/** The ranges as rows of a table `range (first, last)`. */
export function unnested(ranges: readonly KeyRange[]) {
  return sql`unnest(
    ${column(ranges.map(({ lo }) => addressOf(lo)))}::inet[],
    ${column(ranges.map(({ hi }) => addressOf(hi)))}::inet[]
  ) AS range (first, last)`;
}

/** Whether the address of an endpoint `e` is in the ranges. */
export function isWithin(ranges: readonly KeyRange[]) {
  if (ranges.length < 2) return betweenEnds(ranges);
  return sql`EXISTS (SELECT FROM ${unnested(ranges)} WHERE e.address >= range.first AND e.address <= range.last)`;
}

function betweenEnds(ranges: readonly KeyRange[]) {
  const [first, last] = [ranges.at(0), ranges.at(-1)];
  if (first === undefined || last === undefined) return sql`false`;
  return sql`e.address >= ${addressOf(first.lo)}::text::inet AND e.address <= ${addressOf(last.hi)}::text::inet`;
}

/** `443 open 1773478800000`, more words ignored. */
function readTracked(text: string): TrackedState {
  const [port = "", state = "", since = ""] = text.split(" ");
  if (!isObservedState(state)) throw new TypeError(`endpoint_interval holds the state ${JSON.stringify(state)}`);
  return { port: Number(port), state, since: Number(since) };
}
