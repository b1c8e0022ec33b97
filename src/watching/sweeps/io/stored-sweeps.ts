import { sql } from "kysely";
import type { Db } from "../../../platform/storage/index.ts";
import { lastRollingLook, latestLook } from "../../../record/history/index.ts";
import type { Instant, JsonValue, SweepRecord } from "../../../model/index.ts";

/** A sweep as stored, with everything needed to resume it. */
export interface StoredSweep extends SweepRecord {
  readonly targets: readonly string[];
  readonly plan: JsonValue;
  readonly parameters: { readonly [key: string]: JsonValue };
  /** 0, and one more each time that it was taken over. */
  readonly run: number;
  /** The process that began it, or took it over; absent: one that is in no roster. */
  readonly worker?: number | undefined;
  /** Whether the log has the entry of its beginning. */
  readonly announced: boolean;
}

/** Whether a sweep counts: no step of the clock made it void. */
export const isNotVoid = sql<boolean>`NOT EXISTS (SELECT FROM coverage_void WHERE coverage_void.sweep_id = sweep.id)`;

export function storedSweeps(db: Db) {
  return db
    .selectFrom("sweep")
    .innerJoin("vantage_point", "vantage_point.id", "sweep.vantage_id")
    .selectAll("sweep")
    .select("vantage_point.name as vantage");
}

type SweepRow = Awaited<ReturnType<ReturnType<typeof storedSweeps>["executeTakeFirstOrThrow"]>>;

export function toStoredSweep(row: SweepRow): StoredSweep {
  return {
    id: row.id,
    kind: row.kind,
    targets: row.targets,
    vantage: row.vantage,
    engine: row.engine,
    scopeVersion: row.scope_version,
    planned: row.planned,
    planDigest: row.plan_digest,
    seed: row.seed,
    startedAt: row.started_at.getTime(),
    endedAt: row.ended_at?.getTime(),
    verdict: row.verdict ?? undefined,
    reason: row.reason ?? undefined,
    counts: row.counts ?? undefined,
    recall: row.recall ?? undefined,
    engineReport: row.engine_report ?? undefined,
    requestedBy: row.requested_by,
    plan: row.plan,
    parameters: row.parameters,
    run: row.run,
    worker: row.worker_id ?? undefined,
    announced: row.announced,
  };
}

export async function sweepById(db: Db, id: number): Promise<StoredSweep | undefined> {
  const row = await storedSweeps(db).where("sweep.id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toStoredSweep(row);
}

export async function runningSweeps(db: Db): Promise<StoredSweep[]> {
  const rows = await storedSweeps(db).where("ended_at", "is", null).orderBy("sweep.id").execute();
  return rows.map(toStoredSweep);
}

/** The latest sweep that covered the whole of the target, by the target's name. */
export async function latestFullSweep(db: Db, vantage: string, target: string): Promise<StoredSweep | undefined> {
  const row = await storedSweeps(db)
    .where("vantage_point.name", "=", vantage)
    .where("kind", "=", "full")
    .where("verdict", "=", "complete")
    .where(isNotVoid)
    .where(sql<boolean>`targets @> ${JSON.stringify([target])}::jsonb`)
    .orderBy("sweep.started_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : toStoredSweep(row);
}

/** How far the rolling sample of a vantage point has come; undefined before its first turn. */
export interface RollingSoFar {
  /** The latest turn that was scanned to its end. */
  readonly turn: number;
  readonly startedAt: Instant;
  /** Tries per endpoint over the latest turns, at least 1. */
  readonly tries: number;
}

/** The turns that the tries are measured on. */
const MEASURED_TURNS = 20;

/**
 * A turn that left only a look counts as a turn. It saw what an earlier one had seen and was sent as that one was, so the
 * tries are measured on the turns that became sweeps.
 */
export async function rollingSoFar(db: Db, vantage: string): Promise<RollingSoFar | undefined> {
  const rows = await storedSweeps(db)
    .where("vantage_point.name", "=", vantage)
    .where("kind", "=", "rolling")
    .where("verdict", "in", ["complete", "untrusted"])
    .where(isNotVoid)
    .orderBy("sweep.id", "desc")
    .limit(MEASURED_TURNS)
    .execute();
  const latest = rows[0];
  if (latest === undefined) return undefined;
  const sent = rows.reduce((sum, { engine_report: report }) => sum + (report?.sent ?? 0), 0);
  const planned = rows.reduce((sum, row) => sum + row.planned, 0);
  const swept = { turn: Number(latest.parameters["turn"]), startedAt: latest.started_at.getTime() };
  const looked = await lastRollingLook(db, vantage);
  return {
    ...(looked === undefined || looked.startedAt < swept.startedAt ? swept : looked),
    tries: Math.max(1, sent / planned),
  };
}

/**
 * When a sweep of this installation, or from one vantage point, last ended, whether or not it left only a look; undefined
 * before the first. Imported sweeps do not count as monitoring.
 */
export async function lastSweepEnd(db: Db, vantage?: string): Promise<Instant | undefined> {
  const row = await db
    .selectFrom("sweep")
    .innerJoin("vantage_point", "vantage_point.id", "sweep.vantage_id")
    .select((eb) => eb.fn.max("ended_at").as("at"))
    .where("kind", "<>", "imported")
    .where(isNotVoid)
    .$if(vantage !== undefined, (query) => query.where("vantage_point.name", "=", vantage ?? ""))
    .executeTakeFirst();
  const [swept, looked] = [row?.at?.getTime(), (await latestLook(db, vantage))?.endedAt];
  return swept === undefined || looked === undefined ? (swept ?? looked) : Math.max(swept, looked);
}
