import { sql } from "kysely";
import type { Duration, Instant } from "../../../model/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { noteStated, type WatchedIn } from "../../../record/history/index.ts";
import { watchingEntry, type SensorOf } from "../watch-entries.ts";

/** What a sensor watches is stated this often while nothing else happens. */
export const STATED_EVERY: Duration = 3_600_000;

/** Whether it is time to state the latest report again. A clock that was set back makes it so at once. */
export function isStatementDue(statedAt: Instant | undefined, now: Instant): boolean {
  return statedAt === undefined || now < statedAt || now - statedAt >= STATED_EVERY;
}

/** A sensor, and when an entry last stated its latest report; undefined: none did. */
export interface StatedSensor extends SensorOf {
  readonly sourceId: number;
  readonly statedAt: Instant | undefined;
}

/**
 * Appends the entry of what a sensor watches, after a report at `change.at`, if the stretch is new, the last such entry is
 * an hour old, or another entry of this change states the report (`isStated`).
 */
export async function stateWatch(
  change: Pick<Change, "tx" | "at" | "append">,
  sensor: StatedSensor,
  taken: Pick<WatchedIn<unknown>, "watch" | "statedUntil">,
  isStated: boolean,
): Promise<void> {
  const { tx, at } = change;
  const { covered } = taken.watch;
  const isDue = isStated || taken.statedUntil === undefined || isStatementDue(sensor.statedAt, at);
  const states = covered !== undefined && isDue;
  if (states) {
    change.append(watchingEntry(sensor, covered, at, at));
    await noteStated(tx, sensor.sourceId);
  }
  if (states || isStated) {
    await tx
      .updateTable("sensor")
      .set({ stated_at: new Date(at) })
      .where("id", "=", sensor.id)
      .execute();
  }
}

/** Appends the entries of what all sensors watch, as far as they have reported since the last such entry. */
export async function stateWatches(change: Pick<Change, "tx" | "at" | "append">): Promise<void> {
  const { tx, at } = change;
  const sensors = await tx
    .selectFrom("sensor")
    .innerJoin("source", "source.id", "sensor.source_id")
    .select(["sensor.id", "name", "source_id", "reported_at", "watched_from", "watched_until"])
    .where("watched_until", ">", sql<Date>`coalesce(stated_until, '-infinity')`)
    .orderBy("sensor.id")
    .forUpdate("sensor")
    .execute();
  for (const { id, name, source_id: source, reported_at: reported, watched_from: from, watched_until: to } of sensors) {
    if (reported === null || from === null || to === null) continue;
    const covered = { from: from.getTime(), to: to.getTime() };
    change.append(watchingEntry({ id, name }, covered, reported.getTime(), at));
    await noteStated(tx, source);
    await tx.updateTable("sensor").set({ stated_at: reported }).where("id", "=", id).execute();
  }
}
