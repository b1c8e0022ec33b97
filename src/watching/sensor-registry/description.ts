import type { ReportBody } from "../../contract/index.ts";
import type { Duration, Instant } from "../../model/index.ts";
import type { ClockComparison } from "./placing.ts";

/** Facts about a sensor and its clocks as an entry states them. */
export interface Description {
  readonly host: string;
  readonly version: string;
  /** Most milliseconds until its next report. */
  readonly interval: Duration;
  readonly journal: string;
  /** When the clock of the machine's current run was at zero, by the server's clock. */
  readonly clock: { readonly name: string; readonly zero: Instant };
  /** How far its wall clock is ahead, and half of the round trip that measured it. Absent: not measured yet. */
  readonly skew?: { readonly milliseconds: number; readonly uncertainty: number } | undefined;
}

/** As the record has it. */
export interface Described {
  readonly host: string;
  readonly version: string;
  readonly interval: Duration | null;
  readonly journal: string | null;
  /** Of the clock that the report names; absent: it is a new one. */
  readonly zero?: Instant | undefined;
  readonly skew: number | null;
  readonly skewAt: Instant | null;
  /** No entry has stated its latest report for an hour, and none about its watch will, because it sees nothing. */
  readonly isDue: boolean;
}

/** Clocks drift, and each measurement differs a little: changes up to this are not news. */
const LEAST_CHANGE: Duration = 500;
const AGAIN_AFTER: Duration = 86_400_000;

/** What a report tells about a sensor that the record does not have, or not from today; undefined: nothing new. */
export function newDescription(
  body: Pick<ReportBody, "host" | "version" | "interval" | "journal" | "now" | "roundTrip">,
  clocks: ClockComparison,
  known: Described,
): Description | undefined {
  const { host, version, interval, journal, roundTrip } = body;
  const isOther =
    host !== known.host || version !== known.version || interval !== known.interval || journal !== known.journal;
  const isMeasured = roundTrip !== undefined;
  const hasMoved = (before: number | null | undefined, now: number): boolean =>
    before === null || before === undefined || Math.abs(now - before) > LEAST_CHANGE + (roundTrip ?? 0) / 2;
  const isOld =
    known.skewAt === null || clocks.receivedAt < known.skewAt || clocks.receivedAt - known.skewAt >= AGAIN_AFTER;
  const isNews =
    isOther ||
    known.isDue ||
    known.zero === undefined ||
    (isMeasured && (isOld || hasMoved(known.zero, clocks.thisRun) || hasMoved(known.skew, clocks.skew)));
  if (!isNews) return undefined;
  return {
    host,
    version,
    interval,
    journal,
    clock: { name: body.now.clock, zero: clocks.thisRun },
    skew: isMeasured ? { milliseconds: clocks.skew, uncertainty: roundTrip / 2 } : undefined,
  };
}
