import { sql } from "kysely";
import type { Endpoint, Instant, Transport } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import { addressKey, addressOf } from "../address-key.ts";
import type { ServiceChanges, ServicesSetBack } from "../service-changes.ts";
import { milliseconds, timestamp } from "./columns.ts";

/** The columns that name an endpoint. */
export interface EndpointRow {
  readonly address: string;
  readonly transport: Transport;
  readonly port: number;
}

export function endpointIn({ address, transport, port }: EndpointRow): Endpoint {
  return { address: addressOf(addressKey(address)), transport, port };
}

/** Ends the services of endpoints that the sweep saw in a state other than open, at the time it saw that. */
export async function endServices(tx: Tx, vantage: number, sweepId: number): Promise<ServiceChanges["ended"]> {
  const { rows } = await sql<EndpointRow & { since: number; until: number }>`
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
    JOIN endpoint AS e ON e.id = shut.endpoint_id
    WHERE s.endpoint_id = shut.endpoint_id AND s.vantage_id = ${vantage} AND upper_inf(s.during)
    RETURNING host(e.address) AS address, e.transport, e.port,
      ${milliseconds(sql`lower(s.during)`)} AS since, ${milliseconds(sql`upper(s.during)`)} AS until`.execute(tx);
  return rows.map(({ since, until, ...row }) => ({ endpoint: endpointIn(row), since, until }));
}

/** Takes back what sweeps recorded of services with times after `at`. Services that were sent hellos then are due again. */
export async function setServicesBack(tx: Tx, at: Instant): Promise<ServicesSetBack[]> {
  const step = timestamp(at);
  const of = sql`v.name AS vantage, host(e.address) AS address, e.transport, e.port,
    ${milliseconds(sql`lower(s.during)`)} AS since`;
  const removed = await sql<EndpointRow & { vantage: string; since: number }>`
    DELETE FROM service_interval AS s USING endpoint AS e, vantage_point AS v
    WHERE e.id = s.endpoint_id AND v.id = s.vantage_id AND lower(s.during) > ${step}
    RETURNING ${of}`.execute(tx);
  const endedLater = sql`coalesce(upper(s.during) > ${step}, false)`;
  const corrected = await sql<
    EndpointRow & {
      vantage: string;
      since: number;
      until: number | null;
      asked_at: number;
      identified_at: number | null;
    }
  >`
    UPDATE service_interval AS s SET
      during = CASE WHEN ${endedLater} THEN tstzrange(lower(s.during), NULL) ELSE s.during END,
      last_sweep = CASE WHEN ${endedLater} THEN NULL ELSE s.last_sweep END,
      asked_at = least(s.asked_at, ${step}),
      identified_at = CASE WHEN s.identified_at > ${step} THEN ${step} ELSE s.identified_at END
    FROM endpoint AS e, vantage_point AS v
    WHERE e.id = s.endpoint_id AND v.id = s.vantage_id AND (s.asked_at > ${step} OR ${endedLater})
    RETURNING ${of}, ${milliseconds(sql`upper(s.during)`)} AS until, ${milliseconds(sql`s.asked_at`)} AS asked_at,
      ${milliseconds(sql`s.identified_at`)} AS identified_at`.execute(tx);
  const vantages = new Set([...removed.rows, ...corrected.rows].map(({ vantage }) => vantage));
  return [...vantages].map((vantage) => ({
    vantage,
    removed: removed.rows
      .filter((row) => row.vantage === vantage)
      .map((row) => ({ endpoint: endpointIn(row), since: row.since })),
    corrected: corrected.rows
      .filter((row) => row.vantage === vantage)
      .map((row) => ({
        endpoint: endpointIn(row),
        since: row.since,
        until: row.until ?? undefined,
        askedAt: row.asked_at,
        identifiedAt: row.identified_at ?? undefined,
      })),
  }));
}
