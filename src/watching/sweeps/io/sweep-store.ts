import { sql } from "kysely";
import { vantagePointId, type Db, type Tx } from "../../../platform/storage/index.ts";
import {
  formatInstant,
  type Duration,
  type EngineReport,
  type Instant,
  type JsonValue,
  type SweepCounts,
  type SweepKind,
  type Recall,
  type SweepVerdict,
} from "../../../model/index.ts";
import type { Chunk } from "../journal.ts";
import type { JournaledChunk } from "../observed-runs.ts";
import { sweepById, type StoredSweep } from "./stored-sweeps.ts";

/**
 * How long a running sweep belongs to the process that works on it without another sign of life. It is the database's
 * clock that says so: those of two machines may differ by more.
 */
const LEASE: Duration = 10_000;
const leaseFromNow = sql<Date>`clock_timestamp() + ${sql.lit(`${LEASE} milliseconds`)}::interval`;

/** A sweep as one process works on it: taken over by another one, it has a higher run, and this one's claim is void. */
export type Claim = Pick<StoredSweep, "id" | "run">;

export interface NewSweep {
  readonly kind: SweepKind;
  /** Names of the scope targets it is for. */
  readonly targets: readonly string[];
  readonly vantage: string;
  readonly engine: string;
  readonly parameters: { readonly [key: string]: JsonValue };
  readonly plan: JsonValue;
  readonly planDigest: string;
  readonly seed: string;
  readonly planned: number;
  readonly scopeVersion: number;
  readonly requestedBy: string;
  /** Absent: a process that is in no roster. */
  readonly worker?: number | undefined;
  /** Whether its entry comes with it. */
  readonly announced: boolean;
}

export async function insertSweep(tx: Tx, sweep: NewSweep, at: Instant): Promise<number> {
  const row = await tx
    .insertInto("sweep")
    .values({
      kind: sweep.kind,
      targets: JSON.stringify(sweep.targets),
      vantage_id: await vantagePointId(tx, sweep.vantage),
      engine: sweep.engine,
      parameters: JSON.stringify(sweep.parameters),
      plan: JSON.stringify(sweep.plan),
      plan_digest: sweep.planDigest,
      seed: sweep.seed,
      planned: sweep.planned,
      scope_version: sweep.scopeVersion,
      requested_by: sweep.requestedBy,
      started_at: new Date(at),
      ended_at: null,
      verdict: null,
      reason: null,
      counts: null,
      recall: null,
      lease_until: leaseFromNow,
      worker_id: sweep.worker ?? null,
      announced: sweep.announced,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

/** From here on the log has the entry of its beginning. */
export async function markAnnounced(tx: Tx, id: number): Promise<void> {
  await tx.updateTable("sweep").set({ announced: true }).where("id", "=", id).execute();
}

/** Writes a stretch of the journal and renews the lease: from here on a crash loses none of it. */
export async function writeChunk(tx: Tx, claim: Claim, chunk: Chunk, now: Instant): Promise<void> {
  await renewLease(tx, claim);
  const anyProbed = chunk.probedFrom <= chunk.probedTo;
  await tx
    .insertInto("sweep_chunk")
    .values({
      sweep_id: claim.id,
      first_index: chunk.firstIndex,
      next_index: chunk.nextIndex,
      run: claim.run,
      states: chunk.states,
      probed_from: new Date(anyProbed ? chunk.probedFrom : now),
      probed_to: new Date(anyProbed ? chunk.probedTo : now),
      open_at: JSON.stringify(chunk.openAt.map(([index, at]) => [index, formatInstant(at)])),
    })
    .execute();
}

/** Throws when the claim is void: another process has resumed the sweep, and this one has to let go of it. */
export async function renewLease(db: Db, { id, run }: Claim): Promise<void> {
  const renewed = await db
    .updateTable("sweep")
    .set({ lease_until: leaseFromNow })
    .where("id", "=", id)
    .where("run", "=", run)
    .where("ended_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  if (renewed === undefined) throw new Error(`sweep ${id} was taken over: this process was not heard of in time`);
}

/** Lets any process resume the sweep at once. */
export async function releaseLease(db: Db, { id, run }: Claim): Promise<void> {
  await db
    .updateTable("sweep")
    .set({ lease_until: new Date(0) })
    .where("id", "=", id)
    .where("run", "=", run)
    .where("ended_at", "is", null)
    .execute();
}

/** The journal of a sweep in plan order. */
export async function readChunks(db: Db, sweepId: number): Promise<JournaledChunk[]> {
  const rows = await db
    .selectFrom("sweep_chunk")
    .selectAll()
    .where("sweep_id", "=", sweepId)
    .orderBy("first_index")
    .execute();
  return rows.map((row) => ({
    firstIndex: row.first_index,
    nextIndex: row.next_index,
    run: row.run,
    states: row.states,
    probedFrom: row.probed_from.getTime(),
    probedTo: row.probed_to.getTime(),
    openAt: row.open_at.map(([index, at]) => [index, Date.parse(at)] as const),
  }));
}

/** Ends the sweep and drops its journal, in the transaction that folds it. */
export async function endSweep(
  tx: Tx,
  claim: Claim,
  end: {
    at: Instant;
    /** When it becomes part of the record; absent: as it ends. */
    recordedAt?: Instant;
    verdict: SweepVerdict;
    reason: string | undefined;
    counts: SweepCounts;
    recall: Recall | undefined;
    engineReport?: EngineReport | undefined;
  },
): Promise<void> {
  await tx
    .updateTable("sweep")
    .set({
      ended_at: new Date(end.at),
      recorded_at: new Date(end.recordedAt ?? end.at),
      verdict: end.verdict,
      reason: end.reason ?? null,
      counts: JSON.stringify(end.counts),
      recall: end.recall === undefined ? null : JSON.stringify(end.recall),
      engine_report: end.engineReport === undefined ? null : JSON.stringify(end.engineReport),
      lease_until: null,
    })
    .where("id", "=", claim.id)
    .where("run", "=", claim.run)
    .where("ended_at", "is", null)
    .execute();
  await tx.deleteFrom("sweep_chunk").where("sweep_id", "=", claim.id).execute();
}

/**
 * Whether the sweep still runs and is the claim's; it stays so until the transaction ends. False when another process
 * was faster, and must not be counted a second time.
 */
export async function holdClaim(tx: Tx, claim: Claim): Promise<boolean> {
  const row = await tx
    .selectFrom("sweep")
    .select("id")
    .where("id", "=", claim.id)
    .where("run", "=", claim.run)
    .where("ended_at", "is", null)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Removes a sweep that left only a look, with its journal. Its number is not used again. */
export async function removeRunning(tx: Tx, { id }: Claim): Promise<void> {
  await tx.deleteFrom("sweep_chunk").where("sweep_id", "=", id).execute();
  await tx.deleteFrom("sweep").where("id", "=", id).where("ended_at", "is", null).execute();
}

/**
 * Takes over the oldest of the running sweeps in `which` whose lease is over, or (with `ignoreLease`) any of them: on
 * the embedded database a running sweep that is not this process's own has no owner left. Undefined when there is none.
 * `before`: the sweep as its last owner left it.
 */
export async function adoptOrphan(
  tx: Tx,
  which: readonly number[],
  { ignoreLease, worker }: { readonly ignoreLease: boolean; readonly worker?: number | undefined },
): Promise<{ readonly sweep: StoredSweep; readonly before: StoredSweep } | undefined> {
  if (which.length === 0) return undefined;
  const row = await tx
    .selectFrom("sweep")
    .select("id")
    .where("ended_at", "is", null)
    .where("id", "in", which)
    .$if(!ignoreLease, (query) => query.where("lease_until", "<", sql<Date>`clock_timestamp()`))
    .orderBy("id")
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  const before = row === undefined ? undefined : await sweepById(tx, row.id);
  if (before === undefined) return undefined;
  await tx
    .updateTable("sweep")
    .set({ lease_until: leaseFromNow, run: sql<number>`run + 1`, worker_id: worker ?? null, announced: true })
    .where("id", "=", before.id)
    .execute();
  const sweep = await sweepById(tx, before.id);
  return sweep === undefined ? undefined : { sweep, before };
}
