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
import { domainOf } from "../blocks.ts";
import { contains } from "./known-by.ts";
import { milliseconds, vantageId } from "./columns.ts";
import { endpointsIn, fewEndpoints, isWithin } from "./interval-store.ts";

/** The recorded service of an open endpoint, in force until further notice. */
export interface HeldService {
  readonly endpoint: Endpoint;
  /** Absent: it was sent hellos, but its service is not known. */
  readonly identity?: ServiceIdentity | undefined;
  readonly since: Instant;
  /** When it was last sent hellos, with or without a result. */
  readonly askedAt: Instant;
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
  return await servicesOf(db, query, contains(query.at, query.knownBy, "s"));
}

/** The current services, by `endpointKey`. */
export async function heldServices(
  db: Db,
  query: { readonly vantage: string; readonly addresses: AddressSet },
): Promise<ReadonlyMap<string, HeldService>> {
  return await servicesOf(db, query, sql`upper_inf(s.during)`);
}

/**
 * Many endpoints have the same service, so each identity is read once. Of few endpoints each one is looked up; of many,
 * all intervals at the instant are read.
 */
async function servicesOf(
  db: Db,
  { vantage, addresses }: { readonly vantage: string; readonly addresses: AddressSet },
  when: ReturnType<typeof sql>,
): Promise<ReadonlyMap<string, HeldService>> {
  const id = await vantageId(db, vantage);
  const { ranges } = domainOf(addresses, { tcp: [], udp: [] });
  if (id === undefined || ranges.length === 0) return new Map();
  const found = (await fewEndpoints(db, ranges))
    ? sql`${endpointsIn(ranges)} AS e CROSS JOIN LATERAL (
        SELECT identity, during, asked_at FROM service_interval AS s
        WHERE s.endpoint_id = e.id AND s.vantage_id = ${id} AND ${when}
        OFFSET 0
      ) AS s`
    : sql`(
        SELECT endpoint_id, identity, during, asked_at FROM service_interval AS s
        WHERE s.vantage_id = ${id} AND ${when}
        OFFSET 0
      ) AS s JOIN endpoint AS e ON e.id = s.endpoint_id AND ${isWithin(ranges)}`;
  const { rows } = await sql<{ identity: ServiceIdentity | null; endpoints: string }>`
    SELECT s.identity, string_agg(
      host(e.address) || ' ' || e.transport || ' ' || e.port::text || ' ' ||
      ${milliseconds(sql`lower(s.during)`)}::text || ' ' || ${milliseconds(sql`s.asked_at`)}::text, ','
    ) AS endpoints
    FROM ${found}
    GROUP BY s.identity`.execute(db);
  const services = new Map<string, HeldService>();
  for (const { identity, endpoints } of rows) {
    for (const text of endpoints.split(",")) {
      const [host = "", transport = "", port = "", since = "", askedAt = ""] = text.split(" ");
      const address = addressOf(addressKey(host));
      const endpoint: Endpoint = { address, transport: transport as Transport, port: Number(port) };
      const known = identity === null ? {} : { identity };
      services.set(endpointKey(endpoint), { endpoint, ...known, since: Number(since), askedAt: Number(askedAt) });
    }
  }
  return services;
}
