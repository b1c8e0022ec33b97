import { sql, type Selectable } from "kysely";
import type { SensorRecord } from "../../../contract/index.ts";
import { alteredEntry, entryFrom, refuseContradicted, signedEntry } from "../../../record/evidence/index.ts";
import type { Tables, Tx } from "../../../platform/storage/index.ts";
import { sensorOf } from "./sensor-bindings.ts";

/** Whether a record tells something that no later one repeats. An entry states that it was taken. */
export function isTold({ kind }: Pick<SensorRecord, "kind">): boolean {
  return kind === "begin" || kind === "change";
}

/**
 * Refuses to skip records that no entry states as taken: the number in the table was set too high. The sensor keeps them
 * and sends them again.
 *
 * @throws Fault `evidence-broken`
 */
export async function refuseUnstated(
  tx: Tx,
  sensor: { readonly id: number; readonly taken: number },
  records: readonly SensorRecord[],
): Promise<void> {
  const skipped = records.filter((record) => record.seq <= sensor.taken && isTold(record));
  const last = skipped.at(-1)?.seq;
  if (last === undefined) return;
  const row = sensorOf(sensor.id);
  const stored = await lastStatement(tx, sensor.id);
  const entry = stored === undefined ? undefined : signedEntry(stored);
  if (stored !== undefined && entry === undefined) refuseContradicted(alteredEntry("sensor", row, stored.index));
  const signed = entry === undefined ? 0 : takenIn(entry.data, row);
  if (last <= signed) return;
  const by = stored === undefined ? "no entry states one" : `entry ${stored.index} says ${signed}`;
  refuseContradicted({
    table: "sensor",
    row,
    column: "taken",
    says: String(sensor.taken),
    signed: String(signed),
    ...(stored === undefined ? {} : { entry: stored.index }),
    problem: `${row} has taken ${sensor.taken}, and ${by}: record ${last} of its journal would be skipped.`,
  });
}

/** The last entry that states which records were taken. Read only for records that are sent a second time. */
async function lastStatement(tx: Tx, id: number) {
  const { rows } = await sql<Selectable<Tables["evidence_entry"]>>`
    SELECT * FROM evidence_entry
    WHERE (type = 'listeners-changed' AND body ~ ${`"sensor":${id}[,}]`} AND body ~ '"taken":[0-9]')
       OR (type = 'rows-adopted' AND body LIKE ${`%"row":"${sensorOf(id)}"%`})
    ORDER BY index DESC LIMIT 1`.execute(tx);
  return rows[0] === undefined ? undefined : entryFrom(rows[0]);
}

function takenIn(data: object, row: string): number {
  const { taken, rows } = data as { taken?: unknown; rows?: readonly { row: string; fields: { taken?: unknown } }[] };
  const stated = rows === undefined ? taken : rows.find((each) => each.row === row)?.fields.taken;
  return typeof stated === "number" ? stated : 0;
}
