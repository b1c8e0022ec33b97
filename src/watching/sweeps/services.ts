import {
  isSameService,
  endpointKey,
  type Duration,
  type Endpoint,
  type Instant,
  type ServiceIdentity,
} from "../../model/index.ts";
import type { AskedService, HeldService } from "../../record/history/index.ts";
import { floodingAddresses } from "./canaries.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

const HOUR: Duration = 3_600_000;
/** An unchanged open endpoint is identified again in the same hour of the next day. */
const HOURS_APART = 24;
/**
 * Most endpoints of one host per sweep: a thousand ports that accept and say nothing must not delay the others for an
 * hour.
 */
const MOST_OF_A_HOST = 100;

/** What a sweep knows about the services on its open endpoints. */
export interface SweepServices {
  /** To be recorded. No identity: the service could not be identified, or the second result differed. */
  readonly asked: readonly AskedService[];
  /** Keys of endpoints that were identified twice with the same result: what rests on them is confirmed. */
  readonly twice: ReadonlySet<string>;
  serviceOf(endpoint: Endpoint): ServiceIdentity | undefined;
}

export type Held = ReadonlyMap<string, HeldService>;
export type Asked = ReadonlyMap<string, AskedService>;

/**
 * The open TCP endpoints to be identified: those that were not open before, were never identified, or not since this
 * hour of yesterday. Due by the hour, they come due together: one sweep of each hour identifies them, and the others can
 * be without change. Of a host with very many of them only so many per sweep: the next sweep continues with the others.
 */
export function dueToAsk(
  outcome: Pick<SweepOutcome, "open">,
  heldOpen: readonly Endpoint[],
  held: Held,
  now: Instant,
): Endpoint[] {
  const open = [...outcome.open.values()].flat().filter(({ transport }) => transport === "tcp");
  const floods = floodingAddresses(open);
  const before = new Set(heldOpen.map(endpointKey));
  const ofHost = new Map<string, number>();
  return open.filter((endpoint) => {
    if (floods.has(endpoint.address)) return false;
    const key = endpointKey(endpoint);
    const known = held.get(key);
    const isDue = known === undefined || !before.has(key) || hourOf(now) - hourOf(known.askedAt) >= HOURS_APART;
    const count = (ofHost.get(endpoint.address) ?? 0) + (isDue ? 1 : 0);
    ofHost.set(endpoint.address, count);
    return isDue && count <= MOST_OF_A_HOST;
  });
}

/** Whole hours of UTC. */
function hourOf(at: Instant): number {
  return Math.floor(at / HOUR);
}

/** What a sweep knows if the first results count as they are. */
export function afterFirst(held: Held, first: Asked): (endpoint: Endpoint) => ServiceIdentity | undefined {
  return (endpoint) => {
    const key = endpointKey(endpoint);
    return first.get(key)?.identity ?? held.get(key)?.identity;
  };
}

/** Endpoints whose service differs from the record: it is identified a second time before it counts. */
export function changedServices(held: Held, first: Asked): Endpoint[] {
  return [...first.values()].flatMap(({ endpoint, identity }) => {
    const before = held.get(endpointKey(endpoint))?.identity;
    return before === undefined || identity === undefined || isSameService(before, identity) ? [] : [endpoint];
  });
}

/**
 * Combines both rounds. An endpoint that needed a second round and gave two different results, or none in the second,
 * is not known this time: the record keeps what it held. If an abort prevented the second round, the endpoint counts as
 * not identified.
 */
export function settleServices(held: Held, first: Asked, suspects: readonly Endpoint[], second: Asked): SweepServices {
  const asked = new Map(first);
  const twice = new Set<string>();
  for (const endpoint of suspects) {
    const key = endpointKey(endpoint);
    const before = first.get(key)?.identity ?? held.get(key)?.identity;
    const again = second.get(key);
    if (again === undefined) asked.delete(key);
    else if (before !== undefined && again.identity !== undefined && isSameService(before, again.identity)) {
      asked.set(key, again);
      twice.add(key);
    } else asked.set(key, { endpoint, at: again.at });
  }
  return { asked: [...asked.values()], twice, serviceOf: afterFirst(held, asked) };
}
