import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createApp, type App } from "../../src/app.ts";
import { createSimulatedClock, createSimulatedNetwork, createWorld } from "../../src/sensing/simulated/index.ts";
import { BASELINE, changesIn, company, SCOPE } from "./company.ts";
import { nmapBytes } from "./nmap-xml.ts";

export const START = Date.parse("2026-01-01T00:00:00Z");
export const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Endpoints probed in a second. */
const PER_SECOND = 5_000;
const SEEDS = { hosts: 1, changes: 2 };

export interface Simulated {
  readonly app: App;
  /** Milliseconds of processor time of each hourly sweep, and of each look, in order. */
  readonly sweeps: readonly number[];
  readonly looks: readonly number[];
  /** Of the hourly sweeps of the first day, as gzipped XML. */
  readonly nmapBytes: readonly number[];
  readonly until: number;
}

/**
 * The product, on a place of its own, with a simulated network and clock: `hours` of hourly sweeps, and a look every
 * minute in the first `lookHours` of them.
 */
export async function simulate(
  place: { readonly home: string; readonly databaseUrl?: string | undefined },
  { hours, lookHours }: { readonly hours: number; readonly lookHours: number },
): Promise<Simulated> {
  const directory = join(place.home, "scope");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "portolan.yaml"), SCOPE);
  const clock = createSimulatedClock(START);
  const hosts = company(SEEDS.hosts);
  const world = createWorld(hosts, changesIn(hosts, START, SEEDS.changes));
  const simulated = createSimulatedNetwork(world, clock, { perSecond: PER_SECOND });
  const app = await createApp({ ...place, directory, lasting: true, clock, simulated });
  const sweeps: number[] = [];
  const looks: number[] = [];
  const xml: number[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    const begins = START + hour * HOUR;
    clock.moveTo(begins);
    if (hour < 24) xml.push(nmapBytes(world, begins, 6));
    await app.turns.windows();
    sweeps.push(await processorTime(() => app.turns.target("network")));
    if (hour === 0) await app.operations.baseline.approve({ document: BASELINE, approvedBy: "Grace Hopper" });
    if (hour >= lookHours) continue;
    for (let minute = 1; minute < 60; minute += 1) {
      clock.moveTo(begins + minute * MINUTE);
      looks.push(await processorTime(() => app.turns.known()));
      if (minute % 10 === 0) await app.turns.windows();
    }
  }
  clock.moveTo(START + hours * HOUR);
  await app.turns.windows();
  return { app, sweeps, looks, nmapBytes: xml, until: START + hours * HOUR };
}

/** On the embedded database this includes the database. */
async function processorTime(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
