import { sql } from "kysely";
import type { Duration, Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";

/** A process that works on the record, or did earlier. */
export interface Member {
  readonly id: number;
  readonly kind: "installation" | "worker";
  readonly vantage: string;
  readonly machine: string;
  readonly pid: number;
  readonly joinedAt: Instant;
  /** By the database's clock. */
  readonly seenAt: Instant;
  /** How far its machine's clock is ahead of the database's. */
  readonly skew: Duration;
}

/** A process without a sign of life for this long loses its share, and sends nothing until it has one again. */
export const SILENT_FOR: Duration = 10_000;

export const isHere = sql<boolean>`left_at IS NULL
  AND seen_at > clock_timestamp() - ${sql.lit(`${SILENT_FOR} milliseconds`)}::interval`;

/** The processes that work on the record now. */
export async function membersNow(db: Db): Promise<Member[]> {
  const rows = await db
    .selectFrom("worker")
    .innerJoin("vantage_point", "vantage_point.id", "worker.vantage_id")
    .selectAll("worker")
    .select("vantage_point.name as vantage")
    .where(isHere)
    .orderBy("worker.id")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    vantage: row.vantage,
    machine: row.machine,
    pid: row.pid,
    joinedAt: row.joined_at.getTime(),
    seenAt: row.seen_at.getTime(),
    skew: row.skew_ms,
  }));
}

/** Installations that are remembered to tell a worker what `this-machine` means. */
const REMEMBERED = 20;

/**
 * The addresses of the machines that installations of this record ran on, latest first; includes machines that are
 * gone.
 */
export async function installationAddresses(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom("worker")
    .select("addresses")
    .where("kind", "=", "installation")
    .orderBy("id", "desc")
    .limit(REMEMBERED)
    .execute();
  return [...new Set(rows.flatMap(({ addresses }) => addresses))];
}
