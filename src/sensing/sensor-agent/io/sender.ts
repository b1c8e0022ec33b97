import { setTimeout as sleep } from "node:timers/promises";
import type { ReportAnswer, ReportBody } from "../../../contract/index.ts";
import { Fault, type Duration } from "../../../model/index.ts";
import type { Watcher } from "../watcher.ts";
import type { Journal } from "./journal-file.ts";
import type { Moments } from "./moments.ts";
import type { ServerLine } from "./server-line.ts";

export interface SenderDeps {
  readonly journal: Journal;
  readonly line: ServerLine;
  readonly watcher: Watcher;
  readonly moments: Moments;
  readonly interval: Duration;
  readonly host: string;
  readonly version: string;
  readonly random: () => number;
  onReported(answer: { readonly taken: number; readonly roundTrip: Duration }): void;
  /** The server could not be reached, and will be tried again. */
  onAway(fault: Fault): void;
}

export interface Sender {
  /** Signals that there are records to send. */
  wake(): void;
  /** Sends until `stop`, or rejects with the reason why continuing is pointless: revoked, unknown, copied. */
  readonly done: Promise<void>;
  /** Sends the pending records once more, if that is possible at once. */
  stop(): Promise<void>;
}

const BATCH = { records: 500, bytes: 1_048_576 } as const;
const FIRST_RETRY: Duration = 500;
const LAST_RETRY: Duration = 30_000;
/** Answers by which the server refuses every request signed with this key for good. */
const FINAL: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "conflict"]);

export function createSender(deps: SenderDeps): Sender {
  const { journal, line, watcher, moments, interval } = deps;
  let exchange = 0;
  let roundTrip: Duration | undefined;
  let failures = 0;
  let stopping = false;
  let news = true;
  let sent = 0;
  let rouse: () => void = () => undefined;

  function body(): ReportBody {
    const records = journal.pending(BATCH);
    sent = records.at(-1)?.seq ?? sent;
    const until = records.length === journal.count() ? watcher.until() : undefined;
    return {
      journal: journal.id,
      run: journal.run,
      exchange: (exchange += 1),
      now: moments.at(moments.elapsed()),
      ...(until === undefined ? {} : { until }),
      interval,
      ...(roundTrip === undefined ? {} : { roundTrip }),
      version: deps.version,
      host: deps.host,
      records,
    };
  }

  async function send(): Promise<void> {
    const replied = await line.post("/api/v1/sensor/reports", body);
    const answer = asAnswer(replied.answer);
    ({ roundTrip } = replied);
    failures = 0;
    // A record that was never sent stays, whatever number the server has.
    journal.acknowledge(Math.min(answer.taken, sent));
    const begins = journal.pending(BATCH).some(({ kind }) => kind === "begin");
    if (answer.wants === "begin" && !begins) watcher.lose("asked");
    if (journal.count() > 0) news = true;
    deps.onReported({ taken: answer.taken, roundTrip: replied.roundTrip });
  }

  async function pause(length: Duration): Promise<void> {
    const woken = new AbortController();
    rouse = () => woken.abort();
    await sleep(length, undefined, { signal: woken.signal }).catch(() => undefined);
    rouse = () => undefined;
  }

  async function run(): Promise<void> {
    while (!stopping) {
      news = false;
      try {
        await send();
        // A stop during the request found nobody to rouse.
        if (!news && !stopping) await pause(interval);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (FINAL.has(error.code)) throw error;
        failures += 1;
        deps.onAway(error);
        // A new record does not make the server come back sooner.
        const wait = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** Math.min(failures, 10)) * (0.5 + deps.random() / 2);
        const until = performance.now() + wait;
        while (!stopping && performance.now() < until) await pause(until - performance.now());
      }
    }
  }
  const done = run();
  // A caller that waits gets the rejection; if none waits yet, that must not crash the process.
  done.catch(() => undefined);

  return {
    done,
    wake() {
      news = true;
      if (failures === 0) rouse();
    },
    async stop() {
      stopping = true;
      rouse();
      await done.catch(() => undefined);
      if (failures === 0) await send().catch(() => undefined);
    },
  };
}

function asAnswer(value: unknown): Pick<ReportAnswer, "taken" | "wants"> {
  const { taken, wants } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof taken !== "number" || !Number.isSafeInteger(taken)) {
    throw new Fault("store-unavailable", "The server at this address is not a Portolan server.", {
      next: "Check the address, and the proxies in front of it.",
    });
  }
  return { taken, ...(wants === "begin" ? { wants } : {}) };
}
