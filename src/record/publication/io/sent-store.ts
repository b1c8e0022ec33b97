import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";
import type { Destination, Published } from "../destination.ts";
import { backoff } from "../backoff.ts";

/** How a destination is doing. */
export interface DestinationState {
  readonly destination: string;
  /** The largest checkpoint it has; absent: none yet. */
  readonly sent?: { readonly size: number; readonly at: Instant };
  /** Stored checkpoints larger than that. */
  readonly waiting: number;
  readonly failing?: {
    readonly since: Instant;
    readonly problem: string;
    readonly nextAt: Instant;
    readonly attempts: number;
  };
}

/** Sent at most this long after another process took the turn: that one may have died. */
const TURN = 180_000;

/**
 * The checkpoints that a destination lacks, oldest first, at most `limit`. A destination that has none yet begins with
 * the newest, and one that is not sent every checkpoint gets the newest alone.
 */
export async function unsent(db: Db, { name, every }: Destination, now: Instant, limit: number): Promise<Published[]> {
  const last = await lastSent(db, name);
  if (last !== undefined && every > 0 && now - last.at < every) return [];
  const newestOnly = last === undefined || every > 0;
  const rows = await db
    .selectFrom("evidence_checkpoint")
    .innerJoin("evidence_head", (join) => join.onTrue())
    .leftJoin("record_lineage", (join) => join.onTrue())
    .select(["evidence_checkpoint.size", "note", "origin", "generation"])
    .where("evidence_checkpoint.size", ">", last?.size ?? -1)
    .orderBy("evidence_checkpoint.size", newestOnly ? "desc" : "asc")
    .limit(newestOnly ? 1 : limit)
    .execute();
  return rows.map(({ generation, ...row }) => ({ ...row, generation: generation ?? 1 }));
}

async function lastSent(db: Db, destination: string): Promise<{ size: number; at: Instant } | undefined> {
  const row = await db
    .selectFrom("checkpoint_sent")
    .select(["size", "sent_at"])
    .where("destination", "=", destination)
    .orderBy("size", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : { size: row.size, at: row.sent_at.getTime() };
}

/** Whether it is this process's turn: processes that share a record do not send the same twice, except after a crash. */
export async function takeTurn(db: Db, destination: string, now: Instant): Promise<boolean> {
  const until = new Date(now + TURN);
  const taken = await db
    .insertInto("checkpoint_destination")
    .values({ destination, attempts: 0, next_at: until, failing_since: null, problem: null })
    .onConflict((conflict) =>
      conflict
        .column("destination")
        .doUpdateSet({ next_at: until })
        .where("checkpoint_destination.next_at", "<=", new Date(now)),
    )
    .returning("destination")
    .executeTakeFirst();
  return taken !== undefined;
}

export async function recordSent(db: Db, destination: string, size: number, now: Instant): Promise<void> {
  await db
    .insertInto("checkpoint_sent")
    .values({ destination, size, sent_at: new Date(now) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The turn is over: `problem` says why the destination could not be reached; it is left alone for a while then. */
export async function endTurn(
  db: Db,
  destination: string,
  now: Instant,
  problem: string | undefined,
): Promise<Instant> {
  const before = await db
    .selectFrom("checkpoint_destination")
    .select(["attempts", "failing_since"])
    .where("destination", "=", destination)
    .executeTakeFirst();
  const attempts = problem === undefined ? 0 : (before?.attempts ?? 0) + 1;
  const next = problem === undefined ? now : now + backoff(attempts);
  await db
    .updateTable("checkpoint_destination")
    .set({
      attempts,
      next_at: new Date(next),
      failing_since: problem === undefined ? null : (before?.failing_since ?? new Date(now)),
      problem: problem ?? null,
    })
    .where("destination", "=", destination)
    .execute();
  return next;
}

export async function destinationStates(db: Db, destinations: readonly string[]): Promise<DestinationState[]> {
  return await Promise.all(
    destinations.map(async (destination) => {
      const sent = await lastSent(db, destination);
      const { waiting } = await db
        .selectFrom("evidence_checkpoint")
        .select(({ fn }) => fn.countAll<number>().as("waiting"))
        .where("size", ">", sent?.size ?? -1)
        .executeTakeFirstOrThrow();
      const state = await db
        .selectFrom("checkpoint_destination")
        .selectAll()
        .where("destination", "=", destination)
        .executeTakeFirst();
      const since = state?.failing_since ?? undefined;
      return {
        destination,
        waiting: Number(waiting),
        ...(sent === undefined ? {} : { sent }),
        ...(state === undefined || since === undefined
          ? {}
          : {
              failing: {
                since: since.getTime(),
                problem: state.problem ?? "",
                nextAt: state.next_at.getTime(),
                attempts: state.attempts,
              },
            }),
      };
    }),
  );
}
