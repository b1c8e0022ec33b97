import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createApp, type App } from "../../src/app.ts";
import { createSimulatedClock, createSimulatedNetwork, createWorld } from "../../src/sensing/simulated/index.ts";
import { BASELINE, changesIn, company, SCOPE } from "./company.ts";
import { nmapBytes } from "./nmap-xml.ts";
import type { BenchOptions, BenchPlace } from "./places.ts";

export const START = Date.parse("2026-01-01T00:00:00Z");
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const MINUTE = 60_000;
/** Endpoints probed in a second. */
const PER_SECOND = 5_000;
const SEEDS = { hosts: 1, changes: 2 };
/** How long nmap would have probed the network, in seconds. */
const NMAP_SECONDS = 6;

/** Milliseconds of processor time of each hourly sweep and of each look of a simulated day, in order. */
export interface SimulatedDay {
  readonly day: number;
  readonly sweeps: readonly number[];
  readonly looks: readonly number[];
  /** Of a sweep at the end of the day, as gzipped XML. */
  readonly nmapBytes: number;
}

export interface Simulated {
  readonly app: App;
  /** Without days in whose middle the simulation was ended from outside. */
  readonly days: readonly SimulatedDay[];
  readonly until: number;
}

/**
 * The product, on a place of its own, with a simulated network and clock: `days` of hourly sweeps, with a look every minute
 * on the first `lookDays` of them. What the place already has is kept, and the simulation continues after its last
 * sweep, until `minutes` have passed: then it ends with the day that it is in.
 */
export async function simulate(
  place: BenchPlace,
  { days, lookDays, minutes = Infinity }: Pick<BenchOptions, "days" | "lookDays" | "minutes">,
): Promise<Simulated> {
  const ends = performance.now() + minutes * MINUTE;
  const directory = join(place.home, "scope");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "portolan.yaml"), SCOPE);
  const progress = join(place.home, "days.jsonl");
  const clock = createSimulatedClock(START);
  const hosts = company(SEEDS.hosts);
  const world = createWorld(hosts, changesIn(hosts, START, SEEDS.changes));
  const simulated = createSimulatedNetwork(world, clock, { perSecond: PER_SECOND });
  const app = await createApp({ ...place, directory, lasting: true, clock, simulated });
  let hour = await hoursSwept(app);
  let measured: { sweeps: number[]; looks: number[] } = { sweeps: [], looks: [] };
  while (hour < days * 24) {
    const day = Math.floor(hour / 24);
    if (hour % 24 === 0) {
      if (performance.now() > ends) break;
      measured = { sweeps: [], looks: [] };
    }
    clock.moveTo(START + hour * HOUR);
    await app.turns.windows();
    measured.sweeps.push(await processorTime(() => app.turns.target("network")));
    if (hour === 0) await app.operations.baseline.approve({ document: BASELINE, approvedBy: "Grace Hopper" });
    if (day < lookDays) {
      for (let minute = 1; minute < 60; minute += 1) {
        clock.moveTo(START + hour * HOUR + minute * MINUTE);
        measured.looks.push(await processorTime(() => app.turns.known()));
        if (minute % 10 === 0) await app.turns.windows();
      }
    }
    hour += 1;
    if (hour % 24 > 0 || measured.sweeps.length < 24) continue;
    const done: SimulatedDay = { day, ...measured, nmapBytes: nmapBytes(world, clock.now(), NMAP_SECONDS) };
    appendFileSync(progress, `${JSON.stringify(done)}\n`);
    if (day % 5 === 4) process.stderr.write(`${place.name}: ${day + 1} of ${days} days\n`);
  }
  const until = START + hour * HOUR;
  clock.moveTo(until);
  await app.turns.windows();
  const lines = existsSync(progress) ? readFileSync(progress, "utf8").trim().split("\n") : [];
  return { app, days: lines.map((line) => JSON.parse(line) as SimulatedDay), until };
}

/** Hours since the start that have their sweep. */
async function hoursSwept(app: App): Promise<number> {
  const { sweeps } = await app.operations.sweeps.list({ kind: ["full"], limit: 1 });
  const last = sweeps[0]?.startedAt;
  return last === undefined ? 0 : Math.floor((Date.parse(last) - START) / HOUR) + 1;
}

/** On the embedded database this includes the database. */
async function processorTime(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
