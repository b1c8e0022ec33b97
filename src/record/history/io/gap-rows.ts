import type { Instant, Period } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { timestamp } from "./columns.ts";

/** A time in which the installation, or one of its sources, could observe nothing, and the cause. */
export interface Gap {
  /** Absent: the installation itself. */
  readonly sourceId?: number | undefined;
  readonly cause: string;
  /** `[from, to)` */
  readonly during: Period;
  /** One plain sentence. */
  readonly detail?: string | undefined;
  readonly recordedAt: Instant;
}

/** A gap of the installation itself. */
export interface MonitoringGap extends Gap {
  readonly sourceId?: undefined;
  readonly cause: "suspended" | "clock-forward" | "clock-back" | "not-running" | "shortage";
  readonly detail: string;
}

export async function insertGaps(tx: Tx, gaps: readonly Gap[]): Promise<void> {
  if (gaps.length === 0) return;
  await tx
    .insertInto("gap")
    .values(
      gaps.map(({ sourceId, cause, during, detail, recordedAt }) => ({
        source_id: sourceId ?? null,
        cause,
        gap_from: timestamp(during.from),
        gap_to: timestamp(during.to),
        detail: detail ?? null,
        recorded_at: timestamp(recordedAt),
      })),
    )
    .execute();
}

export async function recordMonitoringGap(tx: Tx, gap: MonitoringGap): Promise<void> {
  await insertGaps(tx, [gap]);
}

/** The gaps of the installation itself that overlap the period, by their beginning. */
export async function monitoringGaps(db: Db, period: Period): Promise<MonitoringGap[]> {
  const rows = await db
    .selectFrom("gap")
    .select(["cause", "gap_from", "gap_to", "detail", "recorded_at"])
    .where("source_id", "is", null)
    .where("gap_from", "<", timestamp(period.to))
    .where("gap_to", ">", timestamp(period.from))
    .orderBy("gap_from")
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    cause: row.cause as MonitoringGap["cause"],
    during: { from: row.gap_from.getTime(), to: row.gap_to.getTime() },
    detail: row.detail ?? "",
    recordedAt: row.recorded_at.getTime(),
  }));
}
