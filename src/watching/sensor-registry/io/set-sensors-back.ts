import type { Instant } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { setSourcesBack } from "../../../record/history/index.ts";
import { addressEntries, setBackEntries, type SensorOf } from "../watch-entries.ts";
import { writeAddresses } from "./report-store.ts";

/**
 * Takes back what sensors reported with times after `at`, because the clock of the server ran ahead then: what a machine
 * listened on is unknown from that step on until the next report, which has to list everything.
 */
export async function setSensorsBack(change: Pick<Change, "tx" | "at" | "append">, at: Instant): Promise<void> {
  const { tx } = change;
  // In the order in which a report takes them: the sensor, then its source.
  const sensors = await tx
    .selectFrom("sensor")
    .select(["id", "name", "source_id", "reported_at", "enrolled_at"])
    .orderBy("id")
    .forUpdate()
    .execute();
  if (sensors.length === 0) return;
  const sources = await setSourcesBack(tx, at);
  const addresses = await settleAddresses(tx, at);
  const clocks = await removeClocks(tx, at);
  for (const { id, name, source_id: source, reported_at: reported, enrolled_at: enrolled } of sensors) {
    const sensor: SensorOf = { id, name };
    const reportedAt = reported !== null && reported.getTime() > at;
    const enrolledAt = enrolled.getTime() > at;
    const moved = addresses.get(id);
    change.append(
      ...setBackEntries(
        sensor,
        {
          at,
          reportedAt,
          enrolledAt,
          source: sources.get(source),
          addresses: moved?.removed ?? [],
          clocks: clocks.get(id) ?? [],
        },
        change.at,
      ),
      ...addressEntries(sensor, moved === undefined ? [] : [{ from: at, addresses: moved.latest }], change.at),
    );
    if (!reportedAt && !enrolledAt) continue;
    const step = new Date(at);
    await tx
      .updateTable("sensor")
      .set({
        ...(reportedAt ? { reported_at: step, stated_at: step } : {}),
        ...(enrolledAt ? { enrolled_at: step } : {}),
      })
      .where("id", "=", id)
      .execute();
  }
}

interface MovedAddresses {
  readonly removed: readonly Instant[];
  readonly latest: readonly string[];
}

/** The latest addresses of each machine are in force since the step, and none with a later time is left. */
async function settleAddresses(tx: Tx, at: Instant): Promise<ReadonlyMap<number, MovedAddresses>> {
  const removed = await tx
    .deleteFrom("sensor_address")
    .where("valid_from", ">", new Date(at))
    .returning(["sensor_id", "valid_from", "addresses"])
    .execute();
  const moved = new Map<number, MovedAddresses>();
  for (const [sensor, rows] of Map.groupBy(removed, ({ sensor_id }) => sensor_id)) {
    const sorted = rows.sort((a, b) => a.valid_from.getTime() - b.valid_from.getTime());
    const latest = sorted.at(-1)?.addresses ?? [];
    await tx
      .deleteFrom("sensor_address")
      .where("sensor_id", "=", sensor)
      .where("valid_from", "=", new Date(at))
      .execute();
    await writeAddresses(tx, sensor, [{ from: at, addresses: latest }]);
    moved.set(sensor, { removed: sorted.map(({ valid_from }) => valid_from.getTime()), latest });
  }
  return moved;
}

/** When a machine started, by a clock that was wrong then: the next report tells again. */
async function removeClocks(tx: Tx, at: Instant): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await tx
    .deleteFrom("sensor_clock")
    .where("measured_at", ">", new Date(at))
    .returning(["sensor_id", "clock"])
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ sensor_id }) => sensor_id)].map(([sensor, all]) => [
      sensor,
      all.map(({ clock }) => clock),
    ]),
  );
}
