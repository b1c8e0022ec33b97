import { sql } from "kysely";
import type { SensorsResult, SensorView } from "../../../contract/index.ts";
import { formatDuration, formatInstant, type Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { patience } from "../silence.ts";

/** Every sensor that was ever enrolled, by name, and the invitations that are open. */
export async function listSensors(db: Db, now: Instant): Promise<SensorsResult> {
  const sensors = await db
    .selectFrom("sensor")
    .innerJoin("vantage_point", "vantage_point.id", "sensor.vantage_id")
    .selectAll("sensor")
    .select("vantage_point.name as vantage")
    .select((query) => [
      query
        .selectFrom("listener_interval as held")
        .whereRef("held.sensor_id", "=", "sensor.id")
        .where(sql<boolean>`upper_inf(held.during)`)
        .select((each) => each.fn.countAll<number>().as("count"))
        .as("listeners"),
      query
        .selectFrom("sensor_gap as gap")
        .whereRef("gap.sensor_id", "=", "sensor.id")
        .select((each) => each.fn.countAll<number>().as("count"))
        .as("gaps"),
    ])
    .orderBy("sensor.name")
    .orderBy("sensor.id")
    .execute();
  const gaps = await db
    .selectFrom("sensor_gap")
    .distinctOn("sensor_id")
    .selectAll()
    .orderBy("sensor_id")
    .orderBy("gap_to", "desc")
    .execute();
  const lastGap = new Map(gaps.map((gap) => [gap.sensor_id, gap]));
  const invitations = await db
    .selectFrom("sensor_invitation")
    .select(["name", "expires_at", "requested_by"])
    .where("used_at", "is", null)
    .where("expires_at", ">", new Date(now))
    .orderBy("expires_at")
    .execute();
  return {
    schema: "portolan.sensors/1",
    sensors: sensors.map((row): SensorView => {
      const gap = lastGap.get(row.id);
      return {
        name: row.name,
        id: row.id,
        vantage: row.vantage,
        host: row.host,
        platform: row.platform,
        version: row.version,
        key: row.key_id,
        state: stateOf(row, now),
        enrolledAt: formatInstant(row.enrolled_at.getTime()),
        ...instantOf("revokedAt", row.revoked_at),
        ...instantOf("lastReportAt", row.reported_at),
        ...instantOf("coveredUntil", row.covered_until),
        ...(row.interval_ms === null ? {} : { interval: formatDuration(row.interval_ms) }),
        listeners: row.listeners ?? 0,
        ...(row.skew_ms === null || row.skew_at === null
          ? {}
          : {
              skew: {
                milliseconds: Math.round(row.skew_ms),
                uncertainty: Math.ceil(row.skew_uncertainty_ms ?? 0),
                measuredAt: formatInstant(row.skew_at.getTime()),
              },
            }),
        gaps: row.gaps ?? 0,
        ...(gap === undefined
          ? {}
          : {
              lastGap: {
                from: formatInstant(gap.gap_from.getTime()),
                to: formatInstant(gap.gap_to.getTime()),
                cause: gap.cause,
              },
            }),
      };
    }),
    invitations: invitations.map(({ name, expires_at, requested_by }) => ({
      name,
      expiresAt: formatInstant(expires_at.getTime()),
      requestedBy: requested_by,
    })),
  };
}

function stateOf(
  row: { revoked_at: Date | null; reported_at: Date | null; interval_ms: number | null },
  now: Instant,
): SensorView["state"] {
  if (row.revoked_at !== null) return "revoked";
  if (row.reported_at === null) return "never-reported";
  return now - row.reported_at.getTime() > patience(row.interval_ms ?? undefined) ? "silent" : "reporting";
}

function instantOf<Name extends string>(name: Name, at: Date | null): { [Key in Name]?: string } {
  return at === null ? {} : ({ [name]: formatInstant(at.getTime()) } as { [Key in Name]?: string });
}
