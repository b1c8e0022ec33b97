import { sql } from "kysely";
import type { ReportedListener } from "../../../contract/index.ts";
import type { Instant } from "../../../model/index.ts";
import { watchedAt } from "../../../record/history/index.ts";
import { bindScope, type BindScope } from "../../../sensing/listeners/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { patience } from "../silence.ts";

/** Something that waited for others on a machine. */
export interface HostListener extends ReportedListener {
  readonly bind: BindScope;
  /** Since then the sensor has seen it without a break; it may have been there before. */
  readonly since: Instant;
  /** The time rests on the machine's own clock, corrected by how far that was off. */
  readonly estimated: boolean;
}

/** What one machine said of itself at an instant. */
export interface HostListeners {
  readonly sensor: number;
  readonly name: string;
  /** `host:NAME`, the name of its vantage point. */
  readonly vantage: string;
  readonly host: string;
  /** Of the machine's interfaces, without loopback; those that a listener on any address can be reached at. */
  readonly addresses: readonly string[];
  /**
   * `known`: the sensor was looking. `unknown`: it was not, or nobody can tell, and `listeners` is empty; that is not
   * the same as that nothing listened.
   */
  readonly state: "known" | "unknown";
  /** The last instant up to the asked one that it was looking; absent: never before. */
  readonly lastSeenAt?: Instant | undefined;
  /** One for each transport, address, port, executable and network namespace. Those of UDP are bound, not answering. */
  readonly listeners: readonly HostListener[];
}

/**
 * What listened on each machine with a sensor at an instant, by what those machines said. Machines whose sensor was
 * enrolled and not revoked then, by name. For an instant after the last report the machine counts as known for as long
 * as its sensor may be silent without being missed; later reports can show that it was not looking after all.
 */
export async function listenersAt(db: Db, at: Instant): Promise<HostListeners[]> {
  const when = sql<Date>`${new Date(at).toISOString()}::text::timestamptz`;
  const sensors = await db
    .selectFrom("sensor")
    .select(["id", "source_id", "name", "host", "interval_ms"])
    .select((query) =>
      query
        .selectFrom("sensor_address as place")
        .whereRef("place.sensor_id", "=", "sensor.id")
        .where("place.valid_from", "<=", when)
        .orderBy("place.valid_from", "desc")
        .limit(1)
        .select("place.addresses")
        .as("addresses"),
    )
    .where("enrolled_at", "<=", when)
    .where((each) => each.or([each("revoked_at", "is", null), each("revoked_at", ">", when)]))
    .orderBy("sensor.name")
    .execute();
  const limits = new Map(sensors.map((sensor) => [sensor.source_id, patience(sensor.interval_ms ?? undefined)]));
  const seen = await watchedAt<ReportedListener>(db, limits, at);
  return sensors.flatMap((sensor) => {
    const watched = seen.get(sensor.source_id);
    if (watched === undefined) return [];
    const { vantage, isKnown, lastSeenAt, values } = watched;
    return {
      sensor: sensor.id,
      name: sensor.name,
      vantage,
      host: sensor.host,
      addresses: sensor.addresses ?? [],
      state: isKnown ? "known" : "unknown",
      ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
      listeners: values.map(({ value, since, estimated }) => ({
        ...value,
        bind: bindScope(value.address),
        since,
        estimated,
      })),
    };
  });
}
