import { printable } from "../../platform/documents/index.ts";
import type { Endpoint, Transport } from "../../model/index.ts";
import { bindScope, type BindScope } from "./bind-scope.ts";
import type { BoundSocket } from "./bound-socket.ts";
import type { Keeper } from "./control-group.ts";

/** The process that holds a socket. Its texts are its own claims: only made printable and bounded here. */
export interface Owner extends Keeper {
  readonly pid: number;
  /** As the kernel has it: at most 15 bytes. */
  readonly process?: string;
  /** Path as that process sees it. */
  readonly executable?: string;
}

/** A listening socket of this machine, and the process behind it. */
export interface Listener extends Partial<Owner> {
  readonly transport: Transport;
  /** Canonical; `0.0.0.0` and `::` mean any address of the machine. */
  readonly address: string;
  readonly port: number;
  readonly bind: BindScope;
  /** Of an IPv6 socket: whether it leaves IPv4 alone; absent where the system does not tell. */
  readonly ipv6Only?: boolean;
  /** Login name of the socket's owner, or the number where it has none. */
  readonly user?: string;
  /** Inode of its network namespace, where the system has them. Sockets of another namespace belong to another host. */
  readonly namespace?: number;
}

interface ListenerIdentity {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  readonly executable?: string | undefined;
  readonly namespace?: number | undefined;
}

/**
 * The identity of a listener. It leaves out the process number, so a restart is not a change. Two sockets that share a
 * port by SO_REUSEPORT in the same program are one.
 */
export function listenerKey({ transport, address, port, executable, namespace }: ListenerIdentity): string {
  return [transport, address, port, executable ?? "", namespace ?? ""].join(" ");
}

/** Facts about sockets that are not in the sockets themselves. */
export interface Owners {
  readonly owners: ReadonlyMap<number, Owner>;
  readonly users: ReadonlyMap<number, string>;
  readonly namespace?: number | undefined;
}

/** One listener for each key; of several processes it names the one with the lowest number: the parent, as a rule. */
export function toListeners(sockets: readonly BoundSocket[], { owners, users, namespace }: Owners): Listener[] {
  const found = new Map<string, Listener>();
  for (const { transport, address, port, ipv6Only, uid, inode, pid, process, executable, user } of sockets) {
    const name = user ?? (uid === undefined ? undefined : (users.get(uid) ?? String(uid)));
    const listener: Listener = {
      transport,
      address,
      port,
      bind: bindScope(address),
      ...(ipv6Only === undefined ? {} : { ipv6Only }),
      ...(pid === undefined ? {} : { pid }),
      ...(process === undefined ? {} : { process: printable(process, LONGEST_NAME) }),
      ...(executable === undefined ? {} : { executable: printable(executable, LONGEST_PATH) }),
      ...(name === undefined ? {} : { user: printable(name, LONGEST_NAME) }),
      ...(inode === undefined ? {} : owners.get(inode)),
      ...(namespace === undefined ? {} : { namespace }),
    };
    const key = listenerKey(listener);
    const before = found.get(key);
    if (before === undefined || (listener.pid ?? Infinity) < (before.pid ?? Infinity)) found.set(key, listener);
  }
  return [...found.values()];
}

const LONGEST_NAME = 64;
const LONGEST_PATH = 256;

/**
 * The listener behind an endpoint of this machine; undefined when there is none. The most specific socket wins, as in
 * the kernel: the very address, then any address of its family, then `::`, which takes IPv4 too unless IPV6_V6ONLY is
 * set (RFC 3493, section 5.3).
 */
export function listenerFor(endpoint: Endpoint, listeners: readonly Listener[]): Listener | undefined {
  const candidates = listeners.filter(
    ({ transport, port }) => transport === endpoint.transport && port === endpoint.port,
  );
  const isIpv6 = endpoint.address.includes(":");
  for (const address of [endpoint.address, isIpv6 ? "::" : "0.0.0.0"]) {
    const found = candidates.find((listener) => listener.address === address);
    if (found !== undefined) return found;
  }
  return candidates.find(({ address, ipv6Only }) => address === "::" && (isIpv6 || ipv6Only !== true));
}
