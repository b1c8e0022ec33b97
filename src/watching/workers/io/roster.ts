import { sql } from "kysely";
import { setTimeout as sleep } from "node:timers/promises";
import { recordChange } from "../../../record/change/index.ts";
import { formatInstant, type Clock, type Duration, type EntryOf, type Instant } from "../../../model/index.ts";
import { vantagePointId, type Store } from "../../../platform/storage/index.ts";
import type { FollowedClock } from "../followed-clock.ts";
import { isHere, SILENT_FOR } from "./members.ts";

export interface RosterDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  /** This machine's own clock. */
  readonly ownClock: Clock;
  /** Receives the database's time with every sign of life. */
  readonly follows?: FollowedClock | undefined;
  readonly kind: "installation" | "worker";
  readonly vantage: string;
  readonly machine: string;
  readonly pid: number;
  /** Addresses of this machine. */
  addresses(): readonly string[];
  onProblem(problem: unknown): void;
}

/** This process's place among the processes that work on the record. */
export interface Roster {
  /** Takes a place, and waits until the others have made room. Stops waiting when the signal aborts. */
  join(signal?: AbortSignal): Promise<void>;
  /** Undefined before {@link Roster.join}. */
  readonly id: number | undefined;
  /** Its share of the limits: one part per process at work on the record; 0 after too long without a sign of life. */
  share(): number;
  /** Records places that were left without notice. */
  expire(): Promise<void>;
  /** Gives its place back. */
  leave(reason: string): Promise<void>;
}

const SIGN_OF_LIFE_EVERY: Duration = 1_000;
/** A place without a sign of life for this long counts as left, and that is recorded. */
const LOST_AFTER: Duration = 60_000;

/**
 * The limits of the scope apply to all processes together, so each sends at its share. A new process first takes a
 * place, and begins only when all others have seen it and have slowed down. When a process leaves, the others speed up
 * later. The sum never exceeds a limit because no process sends without a sign of life in the last ten seconds.
 */
export function createRoster(deps: RosterDeps): Roster {
  const { store, clock } = deps;
  let id: number | undefined;
  let among = 1;
  let heardAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let busy = false;

  async function signOfLife(): Promise<void> {
    if (id === undefined) return;
    const asked = performance.now();
    const before = deps.ownClock.now();
    const { here } = await store.db
      .selectFrom("worker")
      .select((eb) => eb.fn.countAll<number>().as("here"))
      .where(isHere)
      .where("id", "<>", id)
      .executeTakeFirstOrThrow();
    // First it slows down, then it says so: a new process begins when all have said so.
    among = Number(here) + 1;
    const said = await store.db
      .updateTable("worker")
      .set({
        seen_at: sql<Date>`clock_timestamp()`,
        among,
        skew_ms: deps.follows?.skew ?? 0,
        left_at: null,
        reason: null,
      })
      .where("id", "=", id)
      .returning("seen_at")
      .executeTakeFirst();
    if (said !== undefined) deps.follows?.heard(said.seen_at.getTime(), before, deps.ownClock.now());
    heardAt = asked;
  }

  /** Runs before anything is dated. */
  async function hearTheTime(): Promise<void> {
    const before = deps.ownClock.now();
    const { rows } = await sql<{ at: Date }>`SELECT clock_timestamp() AS at`.execute(store.db);
    for (const { at } of rows) deps.follows?.heard(at.getTime(), before, deps.ownClock.now());
  }

  async function othersMadeRoom(): Promise<boolean> {
    const { tight } = await store.db
      .selectFrom("worker")
      .select((eb) => eb.fn.countAll<number>().as("tight"))
      .where(isHere)
      .where("among", "<", among)
      .executeTakeFirstOrThrow();
    return Number(tight) === 0;
  }

  return {
    get id() {
      return id;
    },
    share: () => (id === undefined || performance.now() - heardAt > SILENT_FOR / 2 ? 0 : 1 / among),

    async join(signal) {
      await hearTheTime();
      const at = clock.now();
      id = await recordChange({ store }, at, async (change) => {
        const { tx } = change;
        const addresses = deps.addresses();
        const row = await tx
          .insertInto("worker")
          .values({
            vantage_id: await vantagePointId(tx, deps.vantage),
            kind: deps.kind,
            machine: deps.machine.slice(0, 253),
            pid: deps.pid,
            addresses: JSON.stringify(addresses),
            joined_at: new Date(at),
            seen_at: sql<Date>`clock_timestamp()`,
            among: sql<number>`(SELECT count(*) + 1 FROM worker WHERE ${isHere})`,
            skew_ms: 0,
            left_at: null,
            reason: null,
          })
          .returning("id")
          .executeTakeFirstOrThrow();
        change.append({
          type: "worker-joined",
          at,
          data: {
            worker: row.id,
            kind: deps.kind,
            vantage: deps.vantage,
            machine: deps.machine.slice(0, 253),
            pid: deps.pid,
            addresses,
          },
        });
        return row.id;
      });
      await signOfLife();
      timer = setInterval(() => {
        if (busy) return;
        busy = true;
        void signOfLife()
          .catch(deps.onProblem)
          .finally(() => (busy = false));
      }, SIGN_OF_LIFE_EVERY);
      while (signal?.aborted !== true && !(await othersMadeRoom())) await sleep(200);
    },

    async expire() {
      const at = clock.now();
      await recordChange({ store }, at, async (change) => {
        const { tx } = change;
        const lost = await tx
          .updateTable("worker")
          .set({ left_at: sql<Date>`seen_at`, reason: "it was not heard of any more" })
          .where("left_at", "is", null)
          .where(sql<boolean>`seen_at < clock_timestamp() - ${sql.lit(`${LOST_AFTER} milliseconds`)}::interval`)
          .returning(["id", "reason", "left_at"])
          .execute();
        change.append(...lost.map((row) => left(row, at)));
      });
    },

    async leave(reason) {
      clearInterval(timer);
      const own = id;
      if (own === undefined) return;
      id = undefined;
      const at = clock.now();
      await recordChange({ store }, at, async (change) => {
        const { tx } = change;
        const row = await tx
          .updateTable("worker")
          .set({ left_at: sql<Date>`clock_timestamp()`, reason })
          .where("id", "=", own)
          .returning(["id", "reason", "left_at"])
          .executeTakeFirstOrThrow();
        change.append(left(row, at));
      });
    },
  };
}

function left(
  { id, reason, left_at: leftAt }: { id: number; reason: string | null; left_at: Date | null },
  at: Instant,
): EntryOf<"worker-left"> {
  const when = leftAt === null ? {} : { leftAt: formatInstant(leftAt.getTime()) };
  return { type: "worker-left", at, data: { worker: id, reason: reason ?? "", ...when } };
}
