import type { Period } from "../../../model/index.ts";
import { watchedDuring } from "../../../record/history/index.ts";
import type { Db } from "../../../platform/storage/index.ts";

/** What a host sensor watched in a period. */
export interface WatchingSensor {
  readonly name: string;
  readonly host: string;
  /** The stretches in which it watched, cut to the period, in order. */
  readonly watched: readonly Period[];
  /** Every address that its machine had at some time of the period. */
  readonly addresses: readonly string[];
}

/** The sensors that watched at some time of the period, by name. */
export async function sensorsDuring(db: Db, period: Period): Promise<WatchingSensor[]> {
  const stretches = await watchedDuring(db, period);
  if (stretches.size === 0) return [];
  const sensors = await db
    .selectFrom("sensor")
    .select(["id", "source_id", "name", "host"])
    .where("source_id", "in", [...stretches.keys()])
    .orderBy("name")
    .orderBy("id")
    .execute();
  const places = await db
    .selectFrom("sensor_address")
    .select(["sensor_id", "valid_from", "addresses"])
    .where(
      "sensor_id",
      "in",
      sensors.map(({ id }) => id),
    )
    .where("valid_from", "<", new Date(period.to))
    .orderBy("valid_from", "desc")
    .execute();
  return sensors.map(({ id, source_id, name, host }) => {
    const own = places.filter(({ sensor_id }) => sensor_id === id);
    // The latest of those that began before the period still held in it.
    const before = own.findIndex(({ valid_from }) => valid_from.getTime() <= period.from);
    const held = before === -1 ? own : own.slice(0, before + 1);
    const addresses = [...new Set(held.flatMap((each) => each.addresses))];
    return { name, host, watched: stretches.get(source_id) ?? [], addresses };
  });
}
