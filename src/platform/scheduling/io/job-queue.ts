import { createHash } from "node:crypto";
import type { Duration, Instant } from "../../../model/index.ts";
import type { Store } from "../../storage/index.ts";

/**
 * The processes that can take a job: any worker of the vantage point, or the installation's own machine alone, because
 * the target is partly that machine.
 */
export interface Lane {
  readonly vantage: string;
  readonly where: "anywhere" | "installation";
}

/** The sweeps of every minute: over the known endpoints, and the next slice of the rolling sample. */
const MINUTE_SWEEPS = ["known", "rolling"] as const;
export type MinuteSweep = (typeof MINUTE_SWEEPS)[number];

/** The shared queue of sweeps: target, vantage point, and due time. */
export interface JobQueue {
  start(): Promise<void>;
  /** Queues one job for the target, due at `at`; a job that already waits stays. */
  offer(lane: Lane, target: string, at: Instant): Promise<void>;
  /** Like {@link JobQueue.offer}, but replaces a waiting job that is due later than `at`. */
  offerBy(lane: Lane, target: string, at: Instant): Promise<void>;
  /** Schedules the sweeps of every minute there. */
  everyMinute(vantage: string): Promise<void>;
  /** Takes targets of the lane one by one, up to `atOnce` side by side, as they become due. */
  takeTargets(lane: Lane, atOnce: number, work: (target: string) => Promise<void>): Promise<void>;
  /** Takes one kind of the minute sweeps of the vantage point. */
  takeMinutely(vantage: string, kind: MinuteSweep, work: () => Promise<void>): Promise<void>;
  /** Waits for the work under way, at most half a minute. */
  stop(): Promise<void>;
}

/** pg-boss considers a job lost after this; a full range at a gentle rate takes hours. */
const LONGEST_SWEEP_SECONDS = 23 * 3_600;
/** A job whose worker has not been heard of for so long goes back to the queue. The least that pg-boss allows. */
const HEARTBEAT_SECONDS = 10;
/** How often one of the processes searches for such jobs. */
const SUPERVISED_EVERY_SECONDS = 2;
/** How often a job may go back before it is given up; the schedule then offers it again. */
const TIMES_BACK = 20;
/** How much later than it should a job may wait without being replaced: the jitter moves it anyway. */
const LATE: Duration = 1_000;

/**
 * The queue is pg-boss on the database of the record, so that any number of processes on any number of machines take
 * work from it. On the embedded database there is one process, so any job it finds in the queue belongs to a dead
 * process. pg-boss is loaded here, because most commands queue nothing and it is a megabyte of code.
 */
export async function createJobQueue(deps: {
  readonly store: Pick<Store, "executeSql" | "kind">;
  /** Whether it queues the minute jobs; a worker only takes them. */
  readonly plans: boolean;
  onProblem(problem: unknown): void;
}): Promise<JobQueue> {
  const { PgBoss } = await import("pg-boss");
  const { store } = deps;
  const isShared = store.kind === "postgresql";
  const boss = new PgBoss({
    db: { executeSql: store.executeSql },
    ...(isShared ? {} : { backend: "pglite" as const }),
    schema: "pgboss",
    schedule: deps.plans,
    superviseIntervalSeconds: isShared ? SUPERVISED_EVERY_SECONDS : 60,
    monitorIntervalSeconds: isShared ? SUPERVISED_EVERY_SECONDS : 60,
    // The cached queue names the targets that are being swept, and pg-boss hands out none of them.
    queueCacheIntervalSeconds: isShared ? 1 : 60,
    cronMonitorIntervalSeconds: 5,
    cronWorkerIntervalSeconds: 2,
  });
  const made = new Map<string, Promise<string>>();

  /** "stately": at most one job waiting and one running for each target. */
  async function queueNamed(name: string, retryLimit: number): Promise<string> {
    const beat = isShared ? { heartbeatSeconds: HEARTBEAT_SECONDS } : {};
    await boss.createQueue(name, {
      policy: "stately",
      retryLimit,
      retryDelay: 0,
      expireInSeconds: LONGEST_SWEEP_SECONDS,
      ...beat,
    });
    if (!isShared) await boss.deleteAllJobs(name);
    return name;
  }
  const queueOnce = (name: string, retryLimit: number): Promise<string> => {
    const known = made.get(name) ?? queueNamed(name, retryLimit);
    made.set(name, known);
    return known;
  };
  const targetsOf = (lane: Lane): Promise<string> => queueOnce(queueName(lane), TIMES_BACK);
  const minutelyOf = (vantage: string, kind: MinuteSweep): Promise<string> =>
    queueOnce(`${queueName({ vantage, where: "anywhere" })}.${kind}`, 0);

  const send = async (queue: string, target: string, at: Instant): Promise<void> => {
    await boss.send(queue, { target }, { singletonKey: target, startAfter: new Date(at) });
  };

  return {
    async start() {
      boss.on("error", deps.onProblem);
      await boss.start();
    },
    async offer(lane, target, at) {
      await send(await targetsOf(lane), target, at);
    },
    async offerBy(lane, target, at) {
      const queue = await targetsOf(lane);
      for (const job of await boss.findJobs(queue, { key: target, queued: true })) {
        if (job.startAfter.getTime() > at + LATE) await boss.deleteJob(queue, job.id);
      }
      await send(queue, target, at);
    },
    async everyMinute(vantage) {
      for (const kind of MINUTE_SWEEPS) await boss.schedule(await minutelyOf(vantage, kind), "* * * * *");
    },
    async takeTargets(lane, atOnce, work) {
      await boss.work<{ target: string }>(
        await targetsOf(lane),
        { pollingIntervalSeconds: 0.5, localConcurrency: atOnce, ...(isShared ? { heartbeatRefreshSeconds: 3 } : {}) },
        async ([job]) => {
          if (job !== undefined) await work(job.data.target);
        },
      );
    },
    async takeMinutely(vantage, kind, work) {
      await boss.work(await minutelyOf(vantage, kind), { pollingIntervalSeconds: 1 }, () => work());
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 30_000 });
    },
  };
}

/**
 * A name that pg-boss accepts and people recognise: the hash covers the part of the vantage point's name that does not
 * fit.
 */
export function queueName({ vantage, where }: Lane): string {
  const readable = vantage.replaceAll(/[^A-Za-z0-9-]+/g, "-").slice(0, 40);
  const mark = createHash("sha256").update(vantage).digest("hex").slice(0, 8);
  return `portolan.${readable}-${mark}${where === "installation" ? ".installation" : ""}`;
}
