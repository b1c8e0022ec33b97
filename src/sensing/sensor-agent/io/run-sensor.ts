import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EnrolmentBody } from "../../../contract/index.ts";
import { Fault, type Clock, type Duration } from "../../../model/index.ts";
import { ownAddresses } from "../../../scope/index.ts";
import { createOwnerSearch, openSocketSource, watchListeners } from "../../listeners/index.ts";
import { publicKeyOf } from "../signature.ts";
import { createWatcher } from "../watcher.ts";
import { loadOrCreateSensorKey, readEnrolment, writeEnrolment, type Enrolled } from "./enrolment-files.ts";
import { openJournal } from "./journal-file.ts";
import { createMoments } from "./moments.ts";
import { createSender } from "./sender.ts";
import { mayPass, openServerLine, refuseClearText, type ServerLine, type ServerTrust } from "./server-line.ts";

export interface RunSensorConfig {
  /** Directory of its key, its enrolment and its journal. */
  readonly folder: string;
  /** Absent: the server it is enrolled with. */
  readonly server?: string | undefined;
  readonly trust: ServerTrust;
  /** Called if it is not enrolled yet. */
  readonly token: () => Promise<string | undefined>;
  /** A report at least this often. */
  readonly interval: Duration;
  /** Bytes of disk that it can use while the server is unreachable. */
  readonly buffer: number;
  readonly version: string;
  /** The machine's own clock, right or wrong. */
  readonly clock: Clock;
  onEvent(event: SensorEvent): void;
}

export type SensorEvent =
  | { readonly kind: "enrolled"; readonly name: string }
  /** The server cannot be reached for the enrolment, which is tried again. */
  | { readonly kind: "not-enrolled"; readonly fault: Fault }
  | { readonly kind: "watching"; readonly name: string; readonly server: string }
  | { readonly kind: "away"; readonly fault: Fault }
  | { readonly kind: "back"; readonly roundTrip: Duration }
  | { readonly kind: "problem"; readonly message: string };

export interface RunningSensor {
  /** Resolves after `stop`; rejects if continuing is pointless. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** All listeners are reported again at this interval, so that no wrong report lasts. */
const SNAPSHOT_EVERY: Duration = 600_000;
const MOST_LISTENERS = 8_192;
/** A process that waits for a processor polls late; a longer break is reported as a gap. */
const BLIND_AFTER: Duration = 10_000;
const MOST_ADDRESSES = 256;
/** Between attempts to enrol. */
const FIRST_WAIT: Duration = 1_000;
const LONGEST_WAIT: Duration = 30_000;

/** A sensor of this machine that reports to a server elsewhere. Resolves once it is enrolled and running. */
export async function runSensor(config: RunSensorConfig): Promise<RunningSensor> {
  const { folder, interval, onEvent } = config;
  const key = loadOrCreateSensorKey(folder);
  const enrolled = readEnrolment(folder) ?? (await enrol(config));
  const { name } = enrolled;
  const trust = isGiven(config.trust) ? config.trust : enrolled.trust;
  const url = serverUrl(config.server ?? enrolled.server);
  const line = openServerLine({ url, trust, key, wall: () => config.clock.now() });
  const moments = createMoments(config.clock);
  const journal = openJournal(join(folder, "journal.jsonl"), config.buffer);
  if (journal.replaced) {
    onEvent({
      kind: "problem",
      message: "The journal could not be read back and is restarted; its records are lost.",
    });
  }
  const source = openSocketSource();
  let wake: () => void = () => undefined;
  const watcher = createWatcher({
    append: (record) => journal.append(record),
    at: moments.at,
    addresses: reachableAddresses,
    slept: moments.slept,
    blindAfter: Math.max(BLIND_AFTER, 4 * source.pollEvery()),
    most: MOST_LISTENERS,
    onRecorded: () => wake(),
    onFull: () =>
      onEvent({
        kind: "problem",
        message: "There is no room for a report, in the buffer or on its disk: a gap begins.",
      }),
    onTooMany: (count) =>
      onEvent({ kind: "problem", message: `${count} sockets listen here; ${MOST_LISTENERS} of them are reported.` }),
  });
  const watch = await watchListeners({
    source,
    search: createOwnerSearch("/proc"),
    now: moments.elapsed,
    nameAfter: 0,
    onSockets: () => undefined,
    onListeners: () => undefined,
    onSight: watcher.sight,
    onProblem: (problem) =>
      onEvent({ kind: "problem", message: problem instanceof Error ? problem.message : String(problem) }),
  });
  let away = false;
  const sender = createSender({
    journal,
    line,
    watcher,
    moments,
    interval,
    host: hostname(),
    version: config.version,
    random: Math.random,
    onReported({ roundTrip }) {
      if (away) onEvent({ kind: "back", roundTrip });
      away = false;
    },
    onAway(fault) {
      if (!away) onEvent({ kind: "away", fault });
      away = true;
    },
  });
  wake = sender.wake;
  const regular = setInterval(() => {
    watcher.snapshot("if-moved");
    if (away) watcher.keepSeen();
  }, interval);
  const anew = setInterval(() => watcher.snapshot(), SNAPSHOT_EVERY);
  onEvent({ kind: "watching", name, server: url.origin });

  const stop = async (): Promise<void> => {
    clearInterval(regular);
    clearInterval(anew);
    await watch.stop();
    await sender.stop();
    line.close();
    journal.close();
  };
  return { done: sender.done, stop };
}

async function enrol(config: RunSensorConfig): Promise<Enrolled> {
  const { folder, server, trust } = config;
  if (server === undefined) {
    throw new Fault("config-invalid", "This sensor is not enrolled yet.", {
      place: folder,
      next: "Name the server (--server URL) and pass a token: portolan sensors enrol NAME creates one there.",
    });
  }
  const url = serverUrl(server);
  const token = (await config.token())?.trim() ?? "";
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) {
    throw new Fault("unauthorized", "Enrolling needs a token, and the given text is not one.", {
      next: "Create one on the server (portolan sensors enrol NAME) and pass it in a file: --token-file FILE.",
    });
  }
  const key = loadOrCreateSensorKey(folder);
  const line = openServerLine({ url, trust, key, wall: () => config.clock.now() });
  try {
    const body: EnrolmentBody = {
      token,
      publicKey: Buffer.from(publicKeyOf(key)).toString("base64"),
      host: hostname(),
      platform: process.platform,
      version: config.version,
    };
    const answer = await answerOf(line, body, config.onEvent);
    const { sensor, name } = (typeof answer === "object" && answer !== null ? answer : {}) as Partial<Enrolled>;
    if (typeof sensor !== "number" || typeof name !== "string") {
      throw new Fault("store-unavailable", "The server at this address is not a Portolan server.", {
        place: url.origin,
        next: "Check the address, and the proxies in front of it.",
      });
    }
    const enrolled = { server: url.origin, sensor, name, trust };
    writeEnrolment(folder, enrolled);
    config.onEvent({ kind: "enrolled", name });
    return enrolled;
  } finally {
    line.close();
  }
}

/** A machine often starts before the server does, and a unit that gave up would not report when both run. */
async function answerOf(line: ServerLine, body: EnrolmentBody, onEvent: RunSensorConfig["onEvent"]): Promise<unknown> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return (await line.post("/api/v1/sensor/enrolments", () => body)).answer;
    } catch (error) {
      if (!(error instanceof Fault) || !mayPass(error)) throw error;
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempt, 10));
      if (attempt === 0) onEvent({ kind: "not-enrolled", fault: error });
      await sleep(wait);
    }
  }
}

function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.pathname !== "/") {
    throw new Fault("config-invalid", "The server has to be a URL like https://portolan.example:4600.", {
      place: "--server",
      next: "Give scheme, host and port, and nothing else.",
    });
  }
  refuseClearText(url);
  return url;
}

function isGiven({ ca, fingerprint }: ServerTrust): boolean {
  return ca !== undefined || fingerprint !== undefined;
}

/** Sorted, so that the same addresses give the same text. */
function reachableAddresses(): string[] {
  return [...new Set(ownAddresses().map((address) => address.replace(/%.*$/, "")))]
    .filter((address) => !address.startsWith("127.") && address !== "::1")
    .sort()
    .slice(0, MOST_ADDRESSES);
}
