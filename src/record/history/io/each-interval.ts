import { sql } from "kysely";
import { endpointKey, type Instant, type Transport } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { addressKey, addressOf } from "../address-key.ts";
import { milliseconds } from "./columns.ts";

const ENDPOINTS_A_PAGE = 2_000;

/** An interval as its row says, with the endpoint and the vantage point by name. */
export interface NamedInterval {
  readonly endpoint: string;
  readonly vantage: string;
  readonly state: string;
  readonly since: Instant;
  readonly until: Instant | null;
  readonly firstSweep: number;
  readonly lastSweep: number | null;
}

/** Every interval of the record, by endpoint. */
export async function* eachInterval(db: Db): AsyncGenerator<NamedInterval, undefined> {
  const { rows: ids } = await sql<{
    last: number | null;
  }>`SELECT max(endpoint_id) AS last FROM endpoint_interval`.execute(db);
  const last = ids[0]?.last ?? 0;
  for (let after = 0; after < last; after += ENDPOINTS_A_PAGE) {
    const { rows } = await sql<{
      transport: Transport;
      address: string;
      port: number;
      vantage: string;
      state: string;
      since: number;
      until: number | null;
      first_sweep: number;
      last_sweep: number | null;
    }>`
      SELECT e.transport, host(e.address) AS address, e.port, v.name AS vantage, i.state,
        ${milliseconds(sql`lower(i.during)`)} AS since, ${milliseconds(sql`upper(i.during)`)} AS until,
        i.first_sweep, i.last_sweep
      FROM endpoint_interval AS i
        JOIN endpoint AS e ON e.id = i.endpoint_id JOIN vantage_point AS v ON v.id = i.vantage_id
      WHERE i.endpoint_id > ${after}::bigint AND i.endpoint_id <= ${after + ENDPOINTS_A_PAGE}::bigint`.execute(db);
    for (const { transport, address, port, first_sweep: firstSweep, last_sweep: lastSweep, ...row } of rows) {
      const endpoint = endpointKey({ transport, address: addressOf(addressKey(address)), port });
      yield { ...row, endpoint, firstSweep, lastSweep };
    }
  }
}
