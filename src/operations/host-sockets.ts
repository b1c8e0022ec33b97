import type { Clock, Duration, Instant } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { isStale } from "../record/history/index.ts";
import { addressesOfClass, addressSet, canonicalAddress, ownAddresses, type AddressSet } from "../scope/index.ts";
import { listeners, type BindScope } from "../sensing/listeners/index.ts";
import { listenersAt } from "../watching/sensor-registry/index.ts";

/** The listeners of this machine are known for the present only. */
const NOW: Duration = 60_000;

export interface HostSocket {
  readonly transport: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly bind: BindScope;
  readonly process?: string | undefined;
  readonly user?: string | undefined;
  readonly unit?: string | undefined;
  readonly container?: string | undefined;
}

export interface HostSockets {
  readonly addresses: AddressSet;
  /** Undefined: its sensor was not observing. */
  readonly sockets: readonly HostSocket[] | undefined;
}

/** The listeners that machines with a sensor reported about themselves for an instant. */
export async function reportedSocketsAt(db: Db, at: Instant): Promise<HostSockets[]> {
  return (await listenersAt(db, at)).map(({ addresses, state, listeners: all }) => ({
    addresses: addressesOf(addresses),
    sockets: state === "known" ? all : undefined,
  }));
}

/** The same, and those of this machine if the question is about now. */
export async function socketsAt(db: Db, clock: Clock, at: Instant): Promise<HostSockets[]> {
  const reported = await reportedSocketsAt(db, at);
  if (isStale(at, NOW, clock.now())) return reported;
  const own = addressesOf(ownAddresses()).union(addressesOfClass("loopback"));
  return [...reported, { addresses: own, sockets: await listeners() }];
}

function addressesOf(texts: readonly string[]): AddressSet {
  const known = texts.flatMap((text) => canonicalAddress(text.replace(/%.*$/, "")) ?? []);
  return addressSet(known.map((address) => ({ first: address, last: address })));
}
