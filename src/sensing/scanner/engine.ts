import type { Clock, Duration, Endpoint, EndpointState, Instant } from "../../model/index.ts";
import type { Conditions, ConditionsReport } from "./conditions.ts";
import type { Pacer } from "./pace.ts";

/** One endpoint to probe; `index` is its place in the plan. */
export interface Probe {
  readonly index: number;
  readonly endpoint: Endpoint;
}

export type ProbedState = Exclude<EndpointState, "not-scanned">;

export interface ProbeResult {
  readonly index: number;
  readonly endpoint: Endpoint;
  readonly state: ProbedState;
  readonly at: Instant;
}

export interface ScanRequest {
  /** Pulled as the pace allows; never far ahead of the results. */
  readonly probes: Iterator<Probe>;
  readonly pacer: Pacer;
  /** How long one try waits for an answer at most; less where answers come sooner. Never over {@link LONGEST_TRY}. */
  readonly timeout: Duration;
  /** The same for addresses that the pacer exempts, i.e. this machine's own. */
  readonly loopbackTimeout: Duration;
  /** Further tries after silence, where nothing is lost on the way; more where it is. 0: none ever. */
  readonly retries: number;
  /** Between the end of a silent try and the next one. */
  readonly retryDelay: Duration;
  /** Most connections under way at a time; descriptors may allow fewer. */
  readonly concurrency: number;
  /** Aborting closes every socket and ends the scan at once; what had no result yet gets none. */
  readonly signal?: AbortSignal | undefined;
  /** Knowledge of the networks from earlier scans; this scan adds to it. Without it, the scan starts from nothing. */
  readonly conditions?: Conditions | undefined;
  /**
   * Once for each probe, and a second time if one reported as `no-response` answered after all, because the loss on the
   * way was known too late. The second result is valid. A probe that could not be made (aborted, no descriptor or
   * source port left after waiting, forbidden by this machine's own policy) has none: it stays `not-scanned`.
   */
  readonly onResult: (result: ProbeResult) => void;
  readonly clock: Clock;
}

/** A host that sends fewer refusals than it has closed UDP ports, so that some of them stayed silent. */
export interface LimitedHost {
  readonly address: string;
  /** Endpoints of which it stayed unknown whether they are silent or only not refused. */
  readonly unresolved: number;
  /** Refusals that came in a second, from the first to the last of them. */
  readonly perSecond: number;
}

export interface ScanReport extends ConditionsReport {
  /** Tries that went out, retries included. */
  readonly sent: number;
  /** Tries after the first of an endpoint. */
  readonly retried: number;
  /** Silent endpoints that might have got further tries in the end, had there been room to remember them. */
  readonly forgotten: number;
  /** Connections that met themselves and were not counted as open. */
  readonly selfConnects: number;
  /** Soft limit of open descriptors; 0 where the system does not tell. */
  readonly fdLimit: number;
  /** Local failures by error code (`EMFILE`, `EACCES`, …) with their number. */
  readonly errors: Readonly<Record<string, number>>;
  /** Answers that the kernel had no room for, where an engine can detect it; their endpoints were tried again. */
  readonly dropped?: number;
  /** Hosts with UDP endpoints that are no-response only because the host refuses too rarely to probe them all. */
  readonly limited?: readonly LimitedHost[];
}

/** Probes endpoints. Rejects only when the request itself fails (`onResult` or `probes` throws). */
export interface Engine {
  /** Recorded with the sweep; `simulated`: a network in memory, and nothing was sent. */
  readonly name: "syn" | "connect" | "connect-portable" | "simulated";
  scan(request: ScanRequest): Promise<ScanReport>;
}

/**
 * After one second of silence the kernel sends a second SYN by itself (RFC 6298, section 2.1), which no pacer
 * counted. A try ends before that; the retry is ours, later, and paced.
 */
export const LONGEST_TRY: Duration = 950;
