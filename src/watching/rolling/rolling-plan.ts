import type { Duration } from "../../model/index.ts";
import { probesPerSecond, type Limits, type SweptTarget } from "./cadence-fit.ts";

/** One slice is scanned in each turn. The queue schedules nothing more often. */
export const TURN: Duration = 60_000;
/** Each turn scans one of so many parts of the most used ports: with its slice and its confirmation, five minutes. */
const PARTS = 4;
/** A pass over the full range is divided into so many slices at least; a finer division would only cost entries. */
const SLICES = 60;
/** Targets that are swept as often as the most used ports are sampled gain nothing. */
const SWEPT_OFTEN: Duration = 5 * 60_000;
/** Of the rate: kept free for the sweeps of known endpoints and for second probes. */
const KEPT_FREE = 0.1;
/** What the sample has at least, if the full sweeps leave nothing, and at most, so that it never crowds them out. */
const LEAST_SHARE = 0.1;
const MOST_SHARE = 0.5;

/** A target as the rolling sample sees it: the hosts that answer there, and their TCP ports. */
export interface SampledTarget extends SweptTarget {
  readonly hosts: number;
  /** TCP endpoints of these hosts, and how many of them are on the most used ports. */
  readonly sampled: number;
  readonly mostUsed: number;
}

/** When an endpoint is probed again, as the longest and the mean time from opening to finding. */
export interface Delay {
  readonly mean: Duration;
  readonly atMost: Duration;
}

export interface TargetSample extends Delay {
  readonly name: string;
  readonly hosts: number;
  /** The pass over the full range: so many slices, one in every `everyTurns` turns. */
  readonly slices: number;
  readonly everyTurns: number;
  /** How long a pass takes, and whether that is no longer than the cadence. */
  readonly pass: Duration;
  readonly kept: boolean;
}

/** The processes that share the limits, and the cost of an endpoint. */
export interface Sharing {
  readonly limits: Limits;
  /** The processes on the record, and those of them at this vantage point; at least 1 each. */
  readonly processes: number;
  readonly here: number;
  /** Tries per endpoint, measured on earlier slices. */
  readonly tries: number;
}

/** The rolling sample that is in force: what each turn scans, and what that means. */
export interface RollingPlan {
  /** Probes a second that a slice is sent with; it lasts one turn at most. */
  readonly rate: number;
  readonly hosts: number;
  /** The most used ports of every host are scanned once in so many turns. */
  readonly parts: number;
  readonly mostUsed: Delay & { readonly kept: boolean };
  readonly targets: readonly TargetSample[];
}

/**
 * Divides the rate that the full sweeps leave. The most used ports come first, every five minutes if that fits; the full
 * range gets what is left, once per cadence if that fits.
 *
 * A slice is the work of one process, and the processes on a record share the limits of the scope.
 */
export function rollingPlan(
  { limits, processes, here, tries }: Sharing,
  targets: readonly SampledTarget[],
): RollingPlan {
  const sampled = targets.filter(({ hosts, cadence }) => hosts > 0 && cadence > SWEPT_OFTEN);
  const own = limits.rate / processes;
  const left = own * (1 - KEPT_FREE) - probesPerSecond(targets) / here;
  const rate = Math.min(Math.max(left, own * LEAST_SHARE), own * MOST_SHARE);
  const ofAHost = (limits.perHostRate * MOST_SHARE) / processes;
  const perTurn = (probes: number): number => (probes * TURN) / 1_000;

  const mostUsed = sum(sampled, (each) => each.mostUsed) * tries;
  const parts = Math.max(PARTS, Math.ceil(mostUsed / perTurn(rate)));
  const room = Math.max(perTurn(rate) - mostUsed / parts, perTurn(rate) / 10);
  const wantedBy = ({ sampled: endpoints, cadence }: SampledTarget): number => (endpoints * tries * TURN) / cadence;
  const wanted = sum(sampled, wantedBy);
  const longer = Math.max(1, wanted / room);

  const passes = sampled.map((target): TargetSample => {
    const { name, hosts, cadence, portsOfAHost } = target;
    const shortest = (portsOfAHost * tries * 1_000) / ofAHost;
    const turns = Math.ceil(Math.max(cadence * longer, shortest) / TURN);
    // Slices of several targets may fall into one turn, so each target has its share of the room.
    const smallest = Math.ceil((target.sampled * tries) / ((room * wantedBy(target)) / wanted));
    const everyTurns = Math.max(1, Math.floor(turns / Math.max(SLICES, smallest)));
    const slices = Math.ceil(turns / everyTurns);
    const pass = slices * everyTurns * TURN;
    // Slices are whole turns, so a pass may be a few of them longer than the cadence.
    const kept = Math.max(cadence * longer, shortest) <= cadence;
    return { name, hosts, slices, everyTurns, pass, kept, ...delayOf(target, limits.rate, pass) };
  });
  return {
    rate,
    hosts: sum(sampled, ({ hosts }) => hosts),
    parts,
    mostUsed: { mean: (parts * TURN) / 2 + TURN / 2, atMost: (parts + 1) * TURN, kept: parts === PARTS },
    targets: passes,
  };
}

/**
 * A port is found by the full sweep or by the pass, whichever comes first. Their phases have nothing to do with each
 * other, so the longer of two waits, each uniform on its own period, is exceeded with the product of their
 * probabilities. Integrated over the shorter period s, with the longer one l, that is s/2 - s²/6l.
 */
function delayOf({ cadence, endpoints, tries = 1 }: SampledTarget, rate: number, pass: Duration): Delay {
  const sweepLasts = (endpoints * tries * 1_000) / rate;
  const short = Math.min(cadence, pass);
  const long = Math.max(cadence, pass);
  return {
    mean: Math.round(short / 2 - short ** 2 / (6 * long) + TURN / 2),
    atMost: Math.round(Math.min(cadence + sweepLasts, pass + TURN)),
  };
}

function sum<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((total, each) => total + of(each), 0);
}
