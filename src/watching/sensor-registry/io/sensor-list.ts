import type { SensorsResult, SensorView } from "../../../contract/index.ts";
import { formatDuration, formatInstant, type Instant } from "../../../model/index.ts";
import { isStale, sourceFigures } from "../../../record/history/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { patience } from "../silence.ts";

/** Every sensor that was ever enrolled, by name, and the open invitations. */
export async function listSensors(db: Db, now: Instant): Promise<SensorsResult> {
  const sensors = await db.selectFrom("sensor").selectAll().orderBy("name").orderBy("id").execute();
  const figures = await sourceFigures(db);
  const invitations = await db
    .selectFrom("sensor_invitation")
    .select(["name", "expires_at", "requested_by"])
    .where("used_at", "is", null)
    .where("expires_at", ">", new Date(now))
    .orderBy("expires_at")
    .execute();
  return {
    schema: "portolan.sensors/1",
    sensors: sensors.flatMap((row): SensorView[] => {
      const source = figures.get(row.source_id);
      if (source === undefined) return [];
      const { lastGap } = source;
      return [
        {
          name: row.name,
          id: row.id,
          vantage: source.vantage,
          host: row.host,
          platform: row.platform,
          version: row.version,
          key: row.key_id,
          state: stateOf(row, now),
          enrolledAt: formatInstant(row.enrolled_at.getTime()),
          ...instantOf("revokedAt", row.revoked_at),
          ...instantOf("lastReportAt", row.reported_at),
          ...(source.coveredUntil === undefined ? {} : { coveredUntil: formatInstant(source.coveredUntil) }),
          ...(row.interval_ms === null ? {} : { interval: formatDuration(row.interval_ms) }),
          listeners: source.held,
          ...(row.skew_ms === null || row.skew_at === null
            ? {}
            : {
                skew: {
                  milliseconds: Math.round(row.skew_ms),
                  uncertainty: Math.ceil(row.skew_uncertainty_ms ?? 0),
                  measuredAt: formatInstant(row.skew_at.getTime()),
                },
              }),
          gaps: source.gaps,
          ...(lastGap === undefined
            ? {}
            : {
                lastGap: {
                  from: formatInstant(lastGap.from),
                  to: formatInstant(lastGap.to),
                  cause: lastGap.cause,
                },
              }),
        },
      ];
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
  const isSilent = isStale(row.reported_at.getTime(), patience(row.interval_ms ?? undefined), now);
  return isSilent ? "silent" : "reporting";
}

function instantOf<Name extends string>(name: Name, at: Date | null): { [Key in Name]?: string } {
  return at === null ? {} : ({ [name]: formatInstant(at.getTime()) } as { [Key in Name]?: string });
}
