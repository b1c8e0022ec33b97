import { sql } from "kysely";
import type { Endpoint, Instant, Period } from "../../../model/index.ts";
import type { AddressSet } from "../../../scope/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { addressKey, addressOf, compareKeys } from "../address-key.ts";
import { isObservedState } from "../as-of.ts";
import { domainOf } from "../blocks.ts";
import type { ObservedState } from "../coverage.ts";
import { milliseconds, timestamp, vantageId } from "./columns.ts";
import { endpointsIn } from "./interval-store.ts";

/** A state of an endpoint as the record holds it, whether or not somebody looked all the time. */
export interface StateDuring {
  readonly endpoint: Endpoint;
  readonly state: ObservedState;
  readonly from: Instant;
  /** Absent: until further notice. */
  readonly to?: Instant | undefined;
}

/**
 * The states of every endpoint that was open at some time of the period, during the period: by address, transport, port
 * and time.
 */
export async function statesDuring(
  db: Db,
  query: Period & { readonly vantage: string; readonly addresses: AddressSet },
): Promise<StateDuring[]> {
  const vantage = await vantageId(db, query.vantage);
  const { ranges } = domainOf(query.addresses, { tcp: [], udp: [] });
  if (vantage === undefined || ranges.length === 0) return [];
  const isDuring = sql`during && tstzrange(${timestamp(query.from)}, ${timestamp(query.to)}, '[]')`;
  const { rows } = await sql<
    Omit<Endpoint, "address"> & { address: string; state: string; from: number; to: number | null }
  >`
    SELECT host(e.address) AS address, e.transport, e.port, i.state,
      ${milliseconds(sql`lower(i.during)`)} AS "from", ${milliseconds(sql`upper(i.during)`)} AS "to"
    FROM ${endpointsIn(ranges)} AS e
    JOIN endpoint_interval AS i ON i.endpoint_id = e.id AND i.vantage_id = ${vantage} AND i.${isDuring}
    WHERE EXISTS (
      SELECT FROM endpoint_interval AS open
      WHERE open.endpoint_id = e.id AND open.vantage_id = ${vantage} AND open.state = 'open' AND open.${isDuring})`.execute(
    db,
  );
  const states = rows.map(({ address, transport, port, state, from, to }) => {
    if (!isObservedState(state)) throw new TypeError(`endpoint_interval holds the state ${JSON.stringify(state)}`);
    const key = addressKey(address);
    return { key, endpoint: { address: addressOf(key), transport, port }, state, from, ...(to === null ? {} : { to }) };
  });
  states.sort(
    (a, b) =>
      compareKeys(a.key, b.key) ||
      (a.endpoint.transport === b.endpoint.transport
        ? a.endpoint.port - b.endpoint.port || a.from - b.from
        : a.endpoint.transport < b.endpoint.transport
          ? -1
          : 1),
  );
  return states.map(({ endpoint, state, from, to }) => ({ endpoint, state, from, to }));
}
