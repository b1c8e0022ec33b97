import type { Lifecycle } from "../../sensing/services/index.ts";
import type {
  Asset,
  AuthorizedPort,
  Endpoint,
  Instant,
  ServiceIdentity,
  StateAt,
  Target,
  Transport,
  VantageKind,
} from "../../model/index.ts";

/** A port of a host. */
export interface PortOf {
  readonly transport: Transport;
  /** 1 to 65535. */
  readonly port: number;
}

/**
 * What was seen of one address. When an asset has several addresses, all of them belong into the input, also those
 * that were not looked at (`stateOf` answers `unknown`, `covers` false): a port may answer on any of them.
 */
export interface ComparedHost {
  /** Canonical text. */
  readonly address: string;
  /** Absent: nobody declared it. */
  readonly asset?: Asset | undefined;
  readonly target: Target;
  readonly open: readonly PortOf[];
  /** Whether it accepted or refused anything at all. */
  readonly answered: boolean;
  stateOf(transport: Transport, port: number): StateAt;
  /** Whether the port was looked at. */
  covers(transport: Transport, port: number): boolean;
  /** What answers on an open port, as far as known. */
  serviceOf?(transport: Transport, port: number): ServiceIdentity | undefined;
}

/** When, and from where, it is asked what is authorized. */
export interface Asking {
  readonly now: Instant;
  readonly vantage: string;
  /** Absent: the installation's own vantage point, inside. */
  readonly viewpoint?: { readonly own: boolean; readonly kind: VantageKind } | undefined;
}

/** What was seen, to be compared with what is allowed. */
export interface CompareInput extends Asking {
  /** Undefined: no port baseline was ever approved, so no port can deviate from one. */
  readonly authorizedPorts: readonly AuthorizedPort[] | undefined;
  /** The version these authorized ports are, for what is written about them. */
  readonly baselineVersion?: number | undefined;
  readonly hosts: readonly ComparedHost[];
  /** When versions reach their end of life; without it none is outdated. */
  readonly lifecycle?: Lifecycle | undefined;
}

/**
 * More open ports than this on one address and transport are no services: a SYN proxy or a tarpit answers for all of
 * them. That is one deviation, not thousands.
 */
export const MANY_PORTS = 1_000;

/** How many endpoints a second probe looks at where one would do and all would be too many. */
export const SAMPLE = 8;

export function endpointOf(host: ComparedHost, { transport, port }: PortOf): Endpoint {
  return { address: host.address, transport, port };
}

/** The hosts of each declared asset, in input order. */
export function hostsByAsset(hosts: readonly ComparedHost[]): Map<string, ComparedHost[]> {
  const byAsset = new Map<string, ComparedHost[]>();
  for (const host of hosts) {
    if (host.asset === undefined) continue;
    const known = byAsset.get(host.asset.name);
    if (known === undefined) byAsset.set(host.asset.name, [host]);
    else known.push(host);
  }
  return byAsset;
}

/** Whether the host has more than {@link MANY_PORTS} open ports of the transport. */
export function answersOnMany(host: ComparedHost, transport: Transport): boolean {
  let count = 0;
  for (const each of host.open) if (each.transport === transport) count += 1;
  return count > MANY_PORTS;
}

/**
 * Up to {@link SAMPLE} of the ports. Which ones depends on the port numbers alone, so that a host which answers a
 * little differently the second time is sampled almost alike.
 */
export function sampleOf(ports: readonly PortOf[]): PortOf[] {
  if (ports.length <= SAMPLE) return [...ports];
  const rank = ({ port }: PortOf): number => (port * 40_503) & 0xffff;
  return ports.toSorted((a, b) => rank(a) - rank(b)).slice(0, SAMPLE);
}
