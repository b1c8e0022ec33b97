import type { ReportBody } from "../../../contract/index.ts";
import type { Instant } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { newDescription } from "../description.ts";
import { compareClocks, type ClockComparison } from "../placing.ts";
import { describedEntry } from "../watch-entries.ts";
import type { SensorRow } from "./report-store.ts";

/** The clocks of a report, compared with those that the record has of the machine. */
export async function compareWithRecord(
  tx: Tx,
  sensor: Pick<SensorRow, "id">,
  body: ReportBody,
  receivedAt: Instant,
): Promise<{ readonly clocks: ClockComparison; readonly zero: Instant | undefined }> {
  const moments = [body.now, ...(body.until === undefined ? [] : [body.until]), ...body.records.map(({ at }) => at)];
  const known = await tx
    .selectFrom("sensor_clock")
    .select(["clock", "zero"])
    .where("sensor_id", "=", sensor.id)
    .where("clock", "in", [...new Set(moments.map(({ clock }) => clock))])
    .execute();
  const earlier = new Map(known.map(({ clock, zero }) => [clock, zero.getTime()]));
  return {
    clocks: compareClocks(body.now, receivedAt, body.roundTrip, earlier),
    zero: earlier.get(body.now.clock),
  };
}

/** Records what a report tells about the sensor itself, with its entry. Returns whether there was anything new. */
export async function describeSensor(
  change: Pick<Change, "tx" | "at" | "append">,
  sensor: SensorRow,
  body: ReportBody,
  {
    clocks,
    zero,
    isDue,
  }: { readonly clocks: ClockComparison; readonly zero: Instant | undefined; readonly isDue: boolean },
): Promise<boolean> {
  const { tx, at } = change;
  const described = newDescription(body, clocks, {
    host: sensor.host,
    version: sensor.version,
    interval: sensor.interval_ms,
    journal: sensor.journal,
    zero,
    skew: sensor.skew_ms,
    skewAt: sensor.skew_at?.getTime() ?? null,
    isDue,
  });
  if (described === undefined) return false;
  const { host, version, interval, journal, clock, skew } = described;
  change.append(describedEntry(sensor, described, sensor.journal !== journal, at));
  const measured = { zero: new Date(clock.zero), measured_at: new Date(at) };
  await tx
    .insertInto("sensor_clock")
    .values({ sensor_id: sensor.id, clock: clock.name, ...measured })
    .onConflict((conflict) => conflict.columns(["sensor_id", "clock"]).doUpdateSet(measured))
    .execute();
  await tx
    .updateTable("sensor")
    .set({
      host,
      version,
      interval_ms: interval,
      journal,
      ...(skew === undefined
        ? {}
        : { skew_ms: skew.milliseconds, skew_uncertainty_ms: skew.uncertainty, skew_at: new Date(at) }),
    })
    .where("id", "=", sensor.id)
    .execute();
  return true;
}
