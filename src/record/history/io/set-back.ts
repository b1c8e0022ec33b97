import { sql } from "kysely";
import { endpointKey, type Instant, type Transport } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import type { Change } from "../../change/index.ts";
import { addressKey, addressOf } from "../address-key.ts";
import { type IntervalOf, setBackEntries } from "../entries.ts";
import { servicesSetBackEntries } from "../service-entries.ts";
import { milliseconds, timestamp } from "./columns.ts";
import { lookCounts } from "./trusted-coverage.ts";
import { setServicesBack } from "./service-ends.ts";

/**
 * Takes back what sweeps and imports recorded with times after `at`, because the clock ran ahead then: their runs cover
 * nothing, and every interval is as it was at that time. Returns the number of runs, looks included, how many of them were
 * imported, and the numbers of the last look and the last sweep before the step.
 *
 * The rows of coverage and looks stay as they are. Intervals follow from coverage, so they are corrected, and entries
 * state how.
 */
export async function setHistoryBack(
  change: Pick<Change, "tx" | "at" | "append">,
  at: Instant,
): Promise<{
  readonly runs: number;
  readonly imports: number;
  readonly lastLook: number;
  readonly lastSweep: number;
}> {
  const { tx } = change;
  // A sweep that is being recorded holds its vantage point: so its entry and its rows come both before the step, or after.
  await tx.selectFrom("vantage_point").select("id").orderBy("id").forNoKeyUpdate().execute();
  const step = timestamp(at);
  const { rows } = await sql<{ imported: boolean }>`
    INSERT INTO coverage_void (sweep_id, run)
    SELECT sweep_id, run FROM coverage WHERE sweep_id IS NOT NULL AND covered_to > ${step}
    ON CONFLICT DO NOTHING
    RETURNING (SELECT kind = 'imported' FROM sweep WHERE sweep.id = sweep_id) AS imported`.execute(tx);
  const { removed, reopened } = await takeBack(tx, at);
  change.append(...setBackEntries(removed, reopened, change.at));
  const services = await setServicesBack(tx, at);
  change.append(...services.flatMap((each) => servicesSetBackEntries(each, change.at)));
  const looks = await sql<{ last: number; later: number; sweep: number }>`
    SELECT coalesce(max(id), 0) AS last, count(*) FILTER (WHERE covered_to > ${step} AND ${lookCounts}) AS later,
      (SELECT coalesce(max(id), 0) FROM sweep) AS sweep
    FROM look`.execute(tx);
  const { last = 0, later = 0, sweep = 0 } = looks.rows[0] ?? {};
  const imports = rows.filter(({ imported }) => imported).length;
  return { runs: rows.length + later, imports, lastLook: last, lastSweep: sweep };
}

/** The intervals that began in the future and are gone, and those whose end was in the future and that last on. */
async function takeBack(
  tx: Tx,
  at: Instant,
): Promise<{ readonly removed: readonly IntervalOf[]; readonly reopened: readonly IntervalOf[] }> {
  const step = timestamp(at);
  const removed = await sql<Affected>`
    DELETE FROM endpoint_interval AS held USING endpoint AS e, vantage_point AS v
    WHERE lower(held.during) > ${step}
      AND e.id = held.endpoint_id AND v.id = held.vantage_id
    RETURNING ${AFFECTED}`.execute(tx);
  const reopened = await sql<Affected>`
    UPDATE endpoint_interval AS held SET during = tstzrange(lower(held.during), NULL), last_sweep = NULL
    FROM endpoint AS e, vantage_point AS v
    WHERE upper(held.during) > ${step}
      AND e.id = held.endpoint_id AND v.id = held.vantage_id
    RETURNING ${AFFECTED}`.execute(tx);
  return { removed: removed.rows.map(intervalOf), reopened: reopened.rows.map(intervalOf) };
}

interface Affected {
  readonly vantage: string;
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  readonly since: number;
}

const AFFECTED = sql`v.name AS vantage, e.transport, host(e.address) AS address, e.port,
  ${milliseconds(sql`lower(held.during)`)} AS since`;

function intervalOf({ vantage, transport, address, port, since }: Affected): IntervalOf {
  return { vantage, endpoint: endpointKey({ transport, address: addressOf(addressKey(address)), port }), since };
}
