import { sql } from "kysely";
import type { ReportedListener } from "../../../contract/index.ts";
import type { Instant } from "../../../model/index.ts";
import { watchedAt } from "../../../record/history/index.ts";
import { bindScope, type BindScope } from "../../../sensing/listeners/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { patience } from "../silence.ts";

/** A socket on a machine that waited for connections or datagrams. */
export interface HostListener extends ReportedListener {
  readonly bind: BindScope;
  /** The sensor has observed it without a break since then; it may be older. */
  readonly since: Instant;
  /** The time comes from the machine's own clock, corrected by its offset. */
  readonly estimated: boolean;
}

/** What one machine reported about itself for an instant. */
export interface HostListeners {
  readonly sensor: number;
  readonly name: string;
  /** `host:NAME`, the name of its vantage point. */
  readonly vantage: string;
  readonly host: string;
  /** Addresses of the machine's interfaces, without loopback: where a listener bound to any address can be reached. */
  readonly addresses: readonly string[];
  /**
   * `known`: the sensor was observing. `unknown`: it was not, or nobody can tell, and `listeners` is empty. That does
   * not mean that nothing listened.
   */
  readonly state: "known" | "unknown";
  /** The last instant, up to the requested one, at which it was observing; absent: it never was. */
  readonly lastSeenAt?: Instant | undefined;
  /**
   * One per transport, address, port, executable and network namespace. UDP sockets are listed because they are bound,
   * not because they reply.
   */
  readonly listeners: readonly HostListener[];
}

/**
 * The listeners on each machine with a sensor at an instant, as those machines reported them: machines whose sensor was
 * enrolled and not revoked then, by name. After the last report, a machine counts as known for as long as its sensor
 * may be silent without being missed. Later reports can still show that it was not observing.
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
