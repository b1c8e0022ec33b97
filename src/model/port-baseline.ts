import type { Transport } from "./endpoint.ts";
import type { Instant } from "./time.ts";

/** The assets that an authorized port is for. Every given field must match; at least one is given. */
export interface Selector {
  readonly asset?: string | undefined;
  readonly tag?: string | undefined;
  readonly systemType?: string | undefined;
  readonly cidr?: string | undefined;
}

/**
 * `expected`: the port must answer, and its silence is `expected-missing`.
 * `optional`: it may answer.
 */
export type Presence = "expected" | "optional";

export interface AuthorizedPort {
  readonly selector: Selector;
  readonly transport: Transport;
  /** First and last port, inclusive; equal for a single one. */
  readonly ports: readonly [first: number, last: number];
  readonly service?: string | undefined;
  readonly owner: string;
  readonly justification: string;
  readonly controls: readonly string[];
  readonly presence: Presence;
  /** Names of the vantage points it may be seen from; absent: any. */
  readonly exposure?: readonly string[] | undefined;
  /** The authorization ends at this instant (exclusive). */
  readonly expires?: Instant | undefined;
}

/** The largest port baseline that can be written, read and approved: 100,000 entries, in 32 MiB of UTF-8. */
export const LARGEST_BASELINE = { entries: 100_000, bytes: 32 * 1_048_576 } as const;

/** Versioned set of authorized ports, in force from its approval until the next version's. */
export interface PortBaselineVersion {
  readonly version: number;
  /** SHA-256 (hex) of the RFC 8785 form of the authorized ports. */
  readonly digest: string;
  readonly approvedBy: string;
  readonly approvedAt: Instant;
  readonly authorizedPorts: readonly AuthorizedPort[];
}
