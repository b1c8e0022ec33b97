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
 * The observations of one address. The input has to hold all addresses of an asset, including those that were not
 * scanned (`stateOf` returns `unknown`, `covers` false): a port may answer on any of them.
 */
export interface ComparedHost {
  /** Canonical text. */
  readonly address: string;
  /** Absent: undeclared. */
  readonly asset?: Asset | undefined;
  readonly target: Target;
  readonly open: readonly PortOf[];
  /** Whether it accepted or refused any probe. */
  readonly answered: boolean;
  stateOf(transport: Transport, port: number): StateAt;
  /** Whether the port was scanned. */
  covers(transport: Transport, port: number): boolean;
  /** The service on an open port, if it is known. */
  serviceOf?(transport: Transport, port: number): ServiceIdentity | undefined;
}

/** The instant and the vantage point that authorizations are evaluated for. */
export interface Asking {
  readonly now: Instant;
  readonly vantage: string;
  /** Absent: the installation's own vantage point, inside. */
  readonly viewpoint?: { readonly own: boolean; readonly kind: VantageKind } | undefined;
}

/** Observations, and the authorized ports to compare them with. */
export interface CompareInput extends Asking {
  /** Undefined: no port baseline was ever approved, so no port can deviate from one. */
  readonly authorizedPorts: readonly AuthorizedPort[] | undefined;
  /** The version of these authorized ports, for the texts of findings. */
  readonly baselineVersion?: number | undefined;
  readonly hosts: readonly ComparedHost[];
  /** Whether an address still is in scope: no later sweep settles one that is not. Absent: all of them are. */
  readonly inScope?: ((address: string) => boolean) | undefined;
  /** The fingerprints of the open findings. Absent: there are none. */
  readonly standing?: ReadonlySet<string> | undefined;
  /** When versions reach their end of life; without it none is outdated. */
  readonly lifecycle?: Lifecycle | undefined;
}

/**
 * More open ports than this on one address and transport are not services: a SYN proxy or a tarpit answers on all of
 * them. That is one deviation, not thousands.
 */
export const MANY_PORTS = 1_000;

/** How many endpoints a second probe covers where one would suffice and all would be too many. */
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
 * Up to {@link SAMPLE} of the ports. The choice depends on the port numbers alone: if a host answers a little
 * differently the second time, its sample is almost the same.
 */
export function sampleOf(ports: readonly PortOf[]): PortOf[] {
  if (ports.length <= SAMPLE) return [...ports];
  const rank = ({ port }: PortOf): number => (port * 40_503) & 0xffff;
  return ports.toSorted((a, b) => rank(a) - rank(b)).slice(0, SAMPLE);
}
