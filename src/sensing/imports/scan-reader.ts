import { Fault, type Endpoint, type Instant } from "../../model/index.ts";
import type { ObservedState } from "../../record/history/index.ts";
import type { PortStates } from "./port-states.ts";

/** The scanners whose files can be read. */
export const SCANNERS = ["nmap", "masscan", "naabu"] as const;
export type Scanner = (typeof SCANNERS)[number];

/** The results for one host of a file. The times are the file's own; a missing time is undefined. */
export interface HostLook {
  /** Canonical. */
  readonly address: string;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly states: PortStates;
  readonly leftOut: PortsLeftOut;
}

/** Counts of the ports of a host that were probed or planned and are not recorded, by reason. */
export interface PortsLeftOut {
  /** Endpoints without a definite state. */
  readonly notCovered: number;
  /** Endpoints of a scan type whose states are inferences: ACK, FIN, window, and others. */
  readonly inferred: number;
  readonly portZero: number;
  readonly otherProtocol: number;
}

/** One endpoint, seen at one time. */
export interface PointLook {
  readonly endpoint: Endpoint;
  readonly state: ObservedState;
  readonly at: Instant;
}

/** Receives the results of a reader. It can throw a Fault to end the reading. */
export interface ScanSink {
  host(look: HostLook): void;
  point(look: PointLook): void;
  /** A record that is not the observation of an endpoint. */
  leaveOut(why: RecordLeftOut): void;
}

/** Why a record does not count. `unreadable`: it has no address, port, state or time that can be read. */
export type RecordLeftOut = "unreadable" | "portZero" | "otherProtocol";

/** The file's statements about the scan as a whole. Text in it is not yet sanitized. */
export interface ScanFacts {
  readonly scanner: Scanner;
  readonly version?: string | undefined;
  readonly commandLine?: string | undefined;
  readonly startedAt?: Instant | undefined;
  readonly endedAt?: Instant | undefined;
  /** Hosts that the file reports as down or given up: nothing is known of their ports. */
  readonly hostsDown: number;
  /** Hosts whose ports were not scanned: those of a ping scan or a list scan. */
  readonly hostsNotScanned: number;
  /** Why the file is not the whole of a finished scan; absent: it is, as far as its format can say. */
  readonly incomplete?: string | undefined;
}

/** Reads one file from its first to its last piece of text. */
export interface ScanReader {
  /** @throws Fault `config-invalid` for anything the format does not allow */
  write(text: string): void;
  /** After the last piece. @throws Fault `config-invalid` when there is no scan in it at all */
  end(): ScanFacts;
}

/** The one fault for a file that cannot be imported. `where` is a line, or line:column, of the file, or an option. */
export function unreadableScan(problem: string, next: string, where?: string): Fault {
  return new Fault("config-invalid", problem, { next, ...(where === undefined ? {} : { place: where }) });
}

/** Whole seconds since 1970 as nmap and masscan write them; undefined for anything else. */
export function instantOfSeconds(text: string | undefined): Instant | undefined {
  return text !== undefined && /^[1-9]\d{0,10}$/.test(text) ? Number(text) * 1_000 : undefined;
}
