import { sql } from "kysely";
import {
  endpointKey,
  isSameService,
  type Endpoint,
  type Instant,
  type ServiceIdentity,
  type Transport,
} from "../../../model/index.ts";
import type { AddressSet } from "../../../scope/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { addressKey, addressOf } from "../address-key.ts";
import { domainOf, type KeyRange } from "../blocks.ts";
import { column, milliseconds, timestamp, vantageId } from "./columns.ts";

/** The recorded service of an open endpoint, in force until further notice. */
export interface HeldService {
  readonly endpoint: Endpoint;
  /** Absent: it was sent hellos, but its service is not known. */
  readonly identity?: ServiceIdentity | undefined;
  readonly since: Instant;
  /** When it was last sent hellos, with or without a result. */
  readonly askedAt: Instant;
}

/** The identity of one endpoint's service; absent: it was sent hellos without result. */
export interface AskedService {
  readonly endpoint: Endpoint;
  readonly at: Instant;
  readonly identity?: ServiceIdentity | undefined;
}

interface Row {
  address: string;
  transport: Transport;
  port: number;
  endpoint_id: number;
  identity: ServiceIdentity | null;
  since: number;
  asked_at: number;
}

/** The services known at an instant, by `endpointKey`. Later identifications have no influence. */
export async function servicesAt(
  db: Db,
  query: { readonly vantage: string; readonly addresses: AddressSet; readonly at: Instant },
): Promise<ReadonlyMap<string, HeldService>> {
  return byEndpoint(await rowsOf(db, query, sql`s.during @> ${timestamp(query.at)}`));
}

/** The current services, by `endpointKey`. */
export async function heldServices(
  db: Db,
  query: { readonly vantage: string; readonly addresses: AddressSet },
): Promise<ReadonlyMap<string, HeldService>> {
  return byEndpoint(await rowsOf(db, query, sql`upper_inf(s.during)`));
}

/**
 * Adds identifications to the history, for endpoints that the record holds open. The same identity only updates
 * `askedAt`; a different one ends the interval and begins the next; one without result ends nothing.
 */
export async function recordServices(
  tx: Tx,
  { vantage, sweepId, asked }: { vantage: string; sweepId: number; asked: readonly AskedService[] },
): Promise<void> {
  const id = await vantageId(tx, vantage);
  if (id === undefined) return;
  for (const each of asked) await recordService(tx, id, sweepId, each);
}

async function recordService(tx: Tx, vantage: number, sweepId: number, asked: AskedService): Promise<void> {
  const { endpoint, identity } = asked;
  const { rows } = await sql<{ id: number; identity: ServiceIdentity | null; since: number | null }>`
    SELECT e.id, s.identity, ${milliseconds(sql`lower(s.during)`)} AS since
    FROM endpoint AS e
    JOIN endpoint_interval AS i
      ON i.endpoint_id = e.id AND i.vantage_id = ${vantage} AND upper_inf(i.during) AND i.state = 'open'
    LEFT JOIN service_interval AS s ON s.endpoint_id = e.id AND s.vantage_id = ${vantage} AND upper_inf(s.during)
    WHERE e.address = ${endpoint.address}::text::inet AND e.transport = ${endpoint.transport} AND e.port = ${endpoint.port}`.execute(
    tx,
  );
  const [held] = rows;
  if (held === undefined) return;
  const since = held.since ?? undefined;
  // An interval is never empty, even if the clocks of two processes differ.
  const at = since === undefined ? asked.at : Math.max(asked.at, since + 1);
  const current = sql`endpoint_id = ${held.id} AND vantage_id = ${vantage} AND upper_inf(during)`;
  const isSame = identity !== undefined && held.identity !== null && isSameService(held.identity, identity);
  if (since !== undefined && (identity === undefined || isSame)) {
    const identifiedAt = isSame ? sql`, identified_at = ${timestamp(at)}` : sql``;
    await sql`UPDATE service_interval SET asked_at = ${timestamp(at)}${identifiedAt} WHERE ${current}`.execute(tx);
    return;
  }
  if (since !== undefined) {
    await sql`
      UPDATE service_interval SET during = tstzrange(lower(during), ${timestamp(at)}), last_sweep = ${sweepId}
      WHERE ${current}`.execute(tx);
  }
  const json = identity === undefined ? null : JSON.stringify(identity);
  await sql`
    INSERT INTO service_interval (endpoint_id, vantage_id, identity, during, identified_at, asked_at, first_sweep)
    VALUES (${held.id}, ${vantage}, ${json}::text::jsonb, tstzrange(${timestamp(at)}, NULL),
      ${json === null ? sql`NULL` : timestamp(at)}, ${timestamp(at)}, ${sweepId})`.execute(tx);
}

/** Ends the services of endpoints that the sweep saw in a state other than open, at the time it saw that. */
export async function endServices(tx: Tx, vantage: number, sweepId: number): Promise<void> {
  await sql`
    UPDATE service_interval AS s
    SET during = tstzrange(lower(s.during), greatest(shut.at, lower(s.during) + interval '1 millisecond')),
      last_sweep = ${sweepId}
    FROM (
      SELECT i.endpoint_id, min(lower(i.during)) AS at
      FROM service_interval AS held
      JOIN endpoint_interval AS i
        ON i.endpoint_id = held.endpoint_id AND i.vantage_id = held.vantage_id AND i.during && held.during
      WHERE held.vantage_id = ${vantage} AND upper_inf(held.during) AND i.first_sweep = ${sweepId} AND i.state <> 'open'
      GROUP BY i.endpoint_id
    ) AS shut
    WHERE s.endpoint_id = shut.endpoint_id AND s.vantage_id = ${vantage} AND upper_inf(s.during)`.execute(tx);
}

async function rowsOf(
  db: Db,
  { vantage, addresses }: { vantage: string; addresses: AddressSet },
  when: ReturnType<typeof sql>,
): Promise<Row[]> {
  const id = await vantageId(db, vantage);
  const { ranges } = domainOf(addresses, { tcp: [], udp: [] });
  if (id === undefined || ranges.length === 0) return [];
  const { rows } = await sql<Row>`
    SELECT host(e.address) AS address, e.transport, e.port, s.endpoint_id, s.identity,
      ${milliseconds(sql`lower(s.during)`)} AS since, ${milliseconds(sql`s.asked_at`)} AS asked_at
    FROM service_interval AS s
    JOIN endpoint AS e ON e.id = s.endpoint_id
    WHERE s.vantage_id = ${id} AND ${when} AND EXISTS (SELECT FROM ${unnested(ranges)}
      WHERE e.address >= range.first AND e.address <= range.last)`.execute(db);
  return rows;
}

function unnested(ranges: readonly KeyRange[]) {
  return sql`unnest(
    ${column(ranges.map(({ lo }) => addressOf(lo)))}::inet[],
    ${column(ranges.map(({ hi }) => addressOf(hi)))}::inet[]
  ) AS range (first, last)`;
}

function byEndpoint(rows: readonly Row[]): ReadonlyMap<string, HeldService> {
  return new Map(
    rows.map((row) => {
      const address = addressOf(addressKey(row.address));
      const endpoint: Endpoint = { address, transport: row.transport, port: row.port };
      const identity = row.identity === null ? {} : { identity: row.identity };
      return [endpointKey(endpoint), { endpoint, ...identity, since: row.since, askedAt: row.asked_at }];
    }),
  );
}
