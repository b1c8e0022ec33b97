import type { Access, ServerOperations } from "../../contract/index.ts";
import { formatDuration, formatInstant, type Clock, type Duration, type Instant } from "../../model/index.ts";
import {
  createSimulatedClock,
  createSimulatedNetwork,
  createWorld,
  type SimulatedClock,
  type SimulatedNetwork,
} from "../../sensing/simulated/index.ts";
import type { Turns } from "../turns.ts";
import { actsOf, outageOf, type Act } from "./acts.ts";
import { CADENCES, calendarOf, DAY, HOUR, MINUTE, type Calendar } from "./calendar.ts";
import { changesOf } from "./changes.ts";
import { hostsOf, networkOf, scopeDocument, SEGMENTS, type DemoHost, type DemoSize } from "./company.ts";
import { invitePeople, PEOPLE } from "./people.ts";
import { mulberry32 } from "./random.ts";

/** Endpoints probed in a second. */
const PER_SECOND = 5_000;
/** Known endpoints are probed every minute in this time before the end. */
const LOOKS: Duration = 20 * MINUTE;
const SEEDS = { hosts: 1, changes: 2 };

export interface DemoRequest {
  /** The folder of portolan.yaml, which is written into it. */
  readonly directory: string;
  /** The folder of the record. There must be none in it. */
  readonly home: string;
  readonly databaseUrl?: string | undefined;
  readonly version: string;
  readonly size: DemoSize;
  /** The story ends at this instant. */
  readonly end: Instant;
  /** Writes portolan.yaml. */
  readonly write: (document: string) => Promise<void>;
  /** `share`: the part of the time that has passed, up to `at`. */
  readonly onProgress: (progress: { readonly share: number; readonly at: Instant }) => void;
  /** Aborted: the record ends where it is then, as if Portolan had been stopped. */
  readonly signal: AbortSignal;
}

export interface Demo {
  /** Until when the record goes. */
  readonly until: Instant;
  readonly complete: boolean;
  readonly hosts: number;
  readonly sweeps: number;
  readonly people: readonly { readonly name: string; readonly email: string; readonly role: string }[];
  /** Of each of them; it exists nowhere else. */
  readonly password: string;
}

interface DemoApp {
  readonly operations: ServerOperations;
  readonly turns: Turns;
  identity(): Promise<Access>;
  begin(hooks: { onEvent(): void }): Promise<void>;
  close(): Promise<void>;
}

type CreateApp = (
  config: Pick<DemoRequest, "directory" | "home" | "databaseUrl" | "version"> & {
    readonly lasting: boolean;
    readonly clock: Clock;
    readonly simulated: SimulatedNetwork;
  },
) => Promise<DemoApp>;

/**
 * The program itself, under a simulated clock and with a simulated network, over the weeks or months of a story: full
 * sweeps at their cadences, people who sign in and decide, an outage. Nothing reaches the record but through it.
 */
export async function makeDemo(createApp: CreateApp, request: DemoRequest): Promise<Demo> {
  const { size, end, signal } = request;
  const calendar = calendarOf(size, Math.floor(end / HOUR) * HOUR);
  const clock = createSimulatedClock(calendar.start);
  const hosts = hostsOf(size);
  const network = networkOf(hosts, mulberry32(SEEDS.hosts));
  const changes = changesOf(size, network, calendar, mulberry32(SEEDS.changes));
  const simulated = createSimulatedNetwork(createWorld(network, changes), clock, { perSecond: PER_SECOND });
  const declare = (declared: readonly DemoHost[]): Promise<void> => request.write(documentOf(size, calendar, declared));
  await declare([]);
  const app = await createApp({ ...request, lasting: true, clock, simulated });
  try {
    const { operations } = app;
    // The first sweep records the scope, with which the log begins.
    await app.turns.windows();
    const people = await invitePeople(await app.identity(), { from: calendar.start, to: calendar.end + 90 * DAY });
    const acts = actsOf(size, calendar, { operations, people, declare });
    const sweeps = await tell(app, { calendar, clock, acts, size, request });
    await app.turns.windows();
    const complete = !signal.aborted;
    return { until: clock.now(), complete, hosts: hosts.length, sweeps, people: PEOPLE, password: people.password };
  } finally {
    await app.close();
  }
}

function documentOf(size: DemoSize, { start }: Calendar, declared: readonly DemoHost[]): string {
  const cadences = CADENCES[size];
  return scopeDocument(size, {
    from: formatInstant(start),
    until: formatInstant(start + 3 * 366 * DAY),
    cadences: {
      dmz: formatDuration(cadences.dmz),
      app: formatDuration(cadences.app),
      data: formatDuration(cadences.data),
      office: formatDuration(cadences.office),
    },
    declared,
  });
}

interface Telling {
  readonly calendar: Calendar;
  readonly clock: SimulatedClock;
  readonly acts: readonly Act[];
  readonly size: DemoSize;
  readonly request: DemoRequest;
}

/** Runs what is due, in the order of time. Returns how many full sweeps were made. */
async function tell(app: DemoApp, { calendar, clock, acts, size, request }: Telling): Promise<number> {
  const { start, end } = calendar;
  const outage = outageOf(calendar);
  const steps = [...sweepsOf(app, size, calendar, outage), ...acts, ...looksOf(app, end)].filter(({ at }) => at < end);
  steps.push({ at: outage.to, run: () => app.begin({ onEvent: () => undefined }) });
  let sweeps = 0;
  for (const { at, run, isSweep = false } of steps.toSorted((a, b) => a.at - b.at) as readonly Step[]) {
    if (request.signal.aborted) break;
    clock.moveTo(Math.max(at, clock.now()));
    await run();
    if (isSweep) sweeps += 1;
    request.onProgress({ share: (at - start) / (end - start), at });
  }
  if (!request.signal.aborted) clock.moveTo(Math.max(end, clock.now()));
  return sweeps;
}

interface Step extends Act {
  readonly isSweep?: boolean;
}

/** Full sweeps of each segment at its cadence, some minutes apart, and the hourly work with each of them. */
function sweepsOf(
  app: DemoApp,
  size: DemoSize,
  { start, end }: Calendar,
  outage: { from: Instant; to: Instant },
): Step[] {
  return SEGMENTS.flatMap(({ name }, index) => {
    const cadence = CADENCES[size][name];
    // The last one of each is within the cadence before the end.
    const first = start + ((end - start) % cadence) - (index + 1) * 10 * MINUTE;
    const steps: Step[] = [];
    for (let at = first; at < end; at += cadence) {
      if (at < start || (at >= outage.from && at < outage.to)) continue;
      steps.push({
        at,
        isSweep: true,
        async run() {
          // The segments are minutes apart.
          if (index === 0) await app.turns.windows();
          await app.turns.target(name);
        },
      });
    }
    return steps;
  });
}

function looksOf({ turns }: DemoApp, end: Instant): Step[] {
  return Array.from({ length: LOOKS / MINUTE }, (_, index) => ({
    at: end - LOOKS + index * MINUTE,
    run: () => turns.known(),
  }));
}
