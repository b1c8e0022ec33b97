import { sql } from "kysely";
import { endpointKey, formatInstant, type ServiceIdentity } from "../../../model/index.ts";
import { binding, type Binding, type Claim } from "../../evidence/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { readGroup } from "../endpoint-groups.ts";
import { intervalSpan, serviceOf, SINCE } from "../row-names.ts";
import { statedIdentity } from "../service-changes.ts";
import { milliseconds } from "./columns.ts";
import { endpointIn, type EndpointRow } from "./service-ends.ts";

const ROWS_A_PAGE = 5_000;

/** The services on open endpoints: when each was identified, as what, and until when. */
export const serviceBinding: Binding = binding({
  table: "service_interval",
  types: ["services-identified", "services-set-back"],
  retention: { kind: "intervals", span: intervalSpan },
  key: ["endpoint_id", "vantage_id", "during"],
  columns: {
    until: "during",
    identity: ["identity", "salt"],
    identifiedAt: "identified_at",
    askedAt: "asked_at",
    firstSweep: "first_sweep",
    lastSweep: "last_sweep",
  },
  reader() {
    /** When the current interval of each service began, by `of`. */
    const current = new Map<string, string>();
    return {
      states(entry): Claim[] {
        const { vantage } = entry.data;
        const of = (endpoint: string): string => serviceOf(endpoint, vantage);
        const asked = (groups: readonly string[], fields: Claim["fields"]): Claim[] =>
          groups.flatMap(readGroup).flatMap((endpoint) => {
            // Without its beginning, the service has ended since, and retention pruned both.
            const since = current.get(of(endpoint));
            return since === undefined ? [] : [{ row: began(of(endpoint), since), fields }];
          });
        switch (entry.type) {
          case "services-identified": {
            const { sweep, identified, again, unanswered, askedAt, ended } = entry.data;
            const claims: Claim[] = [
              ...asked(again, { askedAt, identifiedAt: askedAt }),
              ...asked(unanswered, { askedAt }),
              ...ended.map(([endpoint, at, since]) => ({
                row: began(of(endpoint), since),
                fields: { until: at, lastSweep: sweep },
              })),
            ];
            for (const [endpoint] of ended) current.delete(of(endpoint));
            for (const [endpoint, at, identity] of identified) {
              current.set(of(endpoint), at);
              const known = { identity, askedAt: at, identifiedAt: identity === null ? null : at };
              const fields = { ...known, until: null, firstSweep: sweep, lastSweep: null };
              claims.push({ row: began(of(endpoint), at), fields });
            }
            return claims;
          }
          case "services-set-back": {
            const { removed, corrected } = entry.data;
            for (const [endpoint] of removed) current.delete(of(endpoint));
            for (const [endpoint, since, until] of corrected) if (until === null) current.set(of(endpoint), since);
            return [
              ...removed.map(([endpoint, since]) => ({ row: began(of(endpoint), since), fields: "gone" as const })),
              ...corrected.map(([endpoint, since, until, askedAt, identifiedAt]) => ({
                row: began(of(endpoint), since),
                fields: { until, askedAt, identifiedAt, ...(until === null ? { lastSweep: null } : {}) },
              })),
            ];
          }
        }
      },
      adopts({ row, fields }) {
        const at = row.lastIndexOf(SINCE);
        if (fields["until"] === null) current.set(row.slice(0, at), row.slice(at + SINCE.length));
      },
    };
  },
  async *rows(db) {
    for await (const { vantage, since, identity, salt, ...row } of everyService(db)) {
      const instant = (at: number | null): string | null => (at === null ? null : formatInstant(at));
      yield {
        row: began(serviceOf(endpointKey(endpointIn(row)), vantage), formatInstant(since)),
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

/** The name of a row: the service, and when the interval began. */
function began(service: string, since: string): string {
  return `${service}${SINCE}${since}`;
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
