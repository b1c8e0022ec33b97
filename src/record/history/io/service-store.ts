import { sql } from "kysely";
import {
  endpointKey,
  type Endpoint,
  type Instant,
  type ServiceIdentity,
  type Transport,
} from "../../../model/index.ts";
import type { AddressSet } from "../../../scope/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { addressKey, addressOf } from "../address-key.ts";
import { domainOf, type KeyRange } from "../blocks.ts";
import { contains } from "./known-by.ts";
import { column, milliseconds, vantageId } from "./columns.ts";

/** The recorded service of an open endpoint, in force until further notice. */
export interface HeldService {
  readonly endpoint: Endpoint;
  /** Absent: it was sent hellos, but its service is not known. */
  readonly identity?: ServiceIdentity | undefined;
  readonly since: Instant;
  /** When it was last sent hellos, with or without a result. */
  readonly askedAt: Instant;
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
  query: {
    readonly vantage: string;
    readonly addresses: AddressSet;
    readonly at: Instant;
    /** Only what the record had by then; absent: all that it has now. */
    readonly knownBy?: Instant | undefined;
  },
): Promise<ReadonlyMap<string, HeldService>> {
  return byEndpoint(await rowsOf(db, query, contains(query.at, query.knownBy, "s")));
}

/** The current services, by `endpointKey`. */
export async function heldServices(
  db: Db,
  query: { readonly vantage: string; readonly addresses: AddressSet },
): Promise<ReadonlyMap<string, HeldService>> {
  return byEndpoint(await rowsOf(db, query, sql`upper_inf(s.during)`));
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
