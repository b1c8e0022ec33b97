import { sql } from "kysely";
import type { ReportedListener } from "../../../contract/index.ts";
import type { Instant } from "../../../model/index.ts";
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
    .innerJoin("vantage_point", "vantage_point.id", "sensor.vantage_id")
    .selectAll("sensor")
    .select("vantage_point.name as vantage")
    .select((query) => [
      query
        .selectFrom("sensor_coverage as stretch")
        .whereRef("stretch.sensor_id", "=", "sensor.id")
        .where("stretch.covered_from", "<=", when)
        .select((each) => each.fn.max("stretch.covered_until").as("until"))
        .as("stretch_until"),
      query
        .selectFrom("sensor_address as place")
        .whereRef("place.sensor_id", "=", "sensor.id")
        .where("place.valid_from", "<=", when)
        .orderBy("place.valid_from", "desc")
        .limit(1)
        .select("place.addresses")
        .as("addresses"),
    ])
    .where("enrolled_at", "<=", when)
    .where((each) => each.or([each("revoked_at", "is", null), each("revoked_at", ">", when)]))
    .orderBy("sensor.name")
    .execute();
  const rows = await db
    .selectFrom("listener_interval")
    .select(["sensor_id", "listener", "estimated", sql<Date>`lower(during)`.as("since")])
    .where(sql<boolean>`during @> ${when}`)
    .orderBy("key")
    .execute();
  return sensors.map((sensor) => {
    const current =
      sensor.covered_from !== null && sensor.covered_until !== null && sensor.covered_from.getTime() <= at
        ? sensor.covered_until.getTime()
        : undefined;
    const stretch = sensor.stretch_until?.getTime();
    const isKnown =
      (stretch !== undefined && at <= stretch) ||
      (current !== undefined && at <= current + patience(sensor.interval_ms ?? undefined));
    const lastSeenAt = isKnown ? Math.min(at, current ?? at) : (current ?? stretch);
    return {
      sensor: sensor.id,
      name: sensor.name,
      vantage: sensor.vantage,
      host: sensor.host,
      addresses: sensor.addresses ?? [],
      state: isKnown ? "known" : "unknown",
      ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
      listeners: isKnown
        ? rows.flatMap((row) => {
            if (row.sensor_id !== sensor.id) return [];
            const listener = row.listener as unknown as ReportedListener;
            const { estimated, since } = row;
            return { ...listener, bind: bindScope(listener.address), since: since.getTime(), estimated };
          })
        : [],
    };
  });
}
