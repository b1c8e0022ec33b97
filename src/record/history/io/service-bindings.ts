import { sql } from "kysely";
import { endpointKey, formatInstant, type ServiceIdentity } from "../../../model/index.ts";
import { binding, type Binding, type Claim } from "../../evidence/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { statedIdentity } from "../service-changes.ts";
import { milliseconds } from "./columns.ts";
import { endpointIn, type EndpointRow } from "./service-ends.ts";

const ROWS_A_PAGE = 5_000;

/** The services on open endpoints: when each was identified, as what, and until when. */
export const serviceBinding: Binding = binding({
  table: "service_interval",
  types: ["services-identified", "services-set-back"],
  key: ["endpoint_id", "vantage_id", "during"],
  columns: {
    until: "during",
    identity: ["identity", "salt"],
    identifiedAt: "identified_at",
    askedAt: "asked_at",
    firstSweep: "first_sweep",
    lastSweep: "last_sweep",
  },
  states(entry): Claim[] {
    const { vantage } = entry.data;
    const of = (endpoint: string, since: string): string => serviceOn(endpoint, vantage, since);
    switch (entry.type) {
      case "services-identified": {
        const { sweep, identified, again, unanswered, ended } = entry.data;
        return [
          ...identified.map(([endpoint, at, identity]) => {
            const asked = { identity, askedAt: at, identifiedAt: identity === null ? null : at };
            return { row: of(endpoint, at), fields: { ...asked, until: null, firstSweep: sweep, lastSweep: null } };
          }),
          ...again.map(([endpoint, at, since]) => ({
            row: of(endpoint, since),
            fields: { askedAt: at, identifiedAt: at },
          })),
          ...unanswered.map(([endpoint, at, since]) => ({ row: of(endpoint, since), fields: { askedAt: at } })),
          ...ended.map(([endpoint, at, since]) => ({
            row: of(endpoint, since),
            fields: { until: at, lastSweep: sweep },
          })),
        ];
      }
      case "services-set-back":
        return [
          ...entry.data.removed.map(([endpoint, since]) => ({ row: of(endpoint, since), fields: "gone" as const })),
          ...entry.data.corrected.map(([endpoint, since, until, askedAt, identifiedAt]) => ({
            row: of(endpoint, since),
            fields: { until, askedAt, identifiedAt, ...(until === null ? { lastSweep: null } : {}) },
          })),
        ];
    }
  },
  async *rows(db) {
    for await (const { vantage, since, identity, salt, ...row } of everyService(db)) {
      const instant = (at: number | null): string | null => (at === null ? null : formatInstant(at));
      yield {
        row: serviceOn(endpointKey(endpointIn(row)), vantage, formatInstant(since)),
        fields: {
          until: instant(row.until),
          identity: identity === null ? null : statedIdentity(identity, salt ?? new Uint8Array()),
          identifiedAt: instant(row.identified_at),
          askedAt: instant(row.asked_at),
          firstSweep: row.first_sweep,
          lastSweep: row.last_sweep,
        },
      };
    }
  },
});

function serviceOn(endpoint: string, vantage: string, since: string): string {
  return `the service on ${endpoint} from ${vantage} since ${since}`;
}

interface Row extends EndpointRow {
  readonly endpoint_id: number;
  readonly vantage_id: number;
  readonly vantage: string;
  readonly since: number;
  readonly until: number | null;
  readonly identity: ServiceIdentity | null;
  readonly salt: Uint8Array | null;
  readonly identified_at: number | null;
  readonly asked_at: number;
  readonly first_sweep: number;
  readonly last_sweep: number | null;
}

async function* everyService(db: Db): AsyncGenerator<Row, undefined> {
  for (let after = sql`(0, 0, '-infinity'::timestamptz)`; ;) {
    const { rows } = await sql<Row>`
      SELECT s.endpoint_id, s.vantage_id, v.name AS vantage, host(e.address) AS address, e.transport, e.port,
        ${milliseconds(sql`lower(s.during)`)} AS since, ${milliseconds(sql`upper(s.during)`)} AS until,
        s.identity, s.salt, ${milliseconds(sql`s.identified_at`)} AS identified_at,
        ${milliseconds(sql`s.asked_at`)} AS asked_at, s.first_sweep, s.last_sweep
      FROM service_interval AS s
      JOIN endpoint AS e ON e.id = s.endpoint_id
      JOIN vantage_point AS v ON v.id = s.vantage_id
      WHERE (s.endpoint_id, s.vantage_id, lower(s.during)) > ${after}
      ORDER BY s.endpoint_id, s.vantage_id, lower(s.during) LIMIT ${sql.lit(ROWS_A_PAGE)}`.execute(db);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    // Half a millisecond later: what somebody altered may have been rounded.
    const since = sql`to_timestamp((${last.since}::bigint + 0.5) / 1000)`;
    after = sql`(${last.endpoint_id}, ${last.vantage_id}, ${since})`;
  }
}
