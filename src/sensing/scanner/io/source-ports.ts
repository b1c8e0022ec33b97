import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { Fault } from "../../../model/index.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_STREAM } from "./linux-abi.ts";
import type { Libc } from "./libc.ts";
import type { PacketLibc } from "./packet-libc.ts";
import { ipv4SocketAddress, ipv6SocketAddress, writePort } from "./sockaddr.ts";

export interface SourcePorts {
  readonly first: number;
  readonly count: number;
  release(): void;
}

const COUNT = 8;
const TRIES = 64;

/**
 * Ports in a row outside of the range that the kernel gives to connections, held by sockets that are bound and neither
 * listen nor connect: nobody else gets them meanwhile, and the kernel, which knows of no connection there, answers a
 * SYN-ACK with the RST that ends it.
 */
export function reserveSourcePorts(libc: PacketLibc): SourcePorts {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const first = pickBlock(ephemeralPorts(), COUNT, randomInt);
    const held: number[] = [];
    for (let port = first; port < first + COUNT; port++) {
      const fd = hold(libc, port);
      if (fd === undefined) break;
      held.push(fd);
    }
    const release = (): void => held.splice(0).forEach((fd) => libc.close(fd));
    if (held.length === COUNT) return { first, count: COUNT, release };
    release();
  }
  throw new Fault("engine-unavailable", `no ${COUNT} free ports in a row to send probes from`, {
    next: "Raise the limit of open files, or free ports outside of net.ipv4.ip_local_port_range.",
  });
}

function hold(libc: PacketLibc & Libc, port: number): number | undefined {
  for (const [family, address] of [
    [AF_INET6, ipv6SocketAddress()],
    [AF_INET, ipv4SocketAddress()],
  ] as const) {
    const fd = libc.socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    writePort(address, port);
    // The IPv6 wildcard stands for IPv4 as well, unless this machine has no IPv6 address family in use.
    if (libc.bind(fd, address.bytes, address.bytes.length) === 0) return fd;
    libc.close(fd);
  }
  return undefined;
}

function ephemeralPorts(): readonly [first: number, last: number] {
  const [first = 32_768, last = 60_999] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")
    .trim()
    .split(/\s+/)
    .map(Number);
  return [first, last];
}

/** First of `count` ports above the range where there are enough, else below it, never a well-known one. */
export function pickBlock(
  [first, last]: readonly [number, number],
  count: number,
  pick: (below: number) => number,
): number {
  const above = Math.floor((65_536 - (last + 1)) / count);
  if (above >= 16) return last + 1 + pick(above) * count;
  const below = Math.floor((first - 1_024) / count);
  if (below >= 16) return 1_024 + pick(below) * count;
  // The range leaves no ports: the kernel may then try a port that is held, and takes another.
  return 61_000 + pick(Math.floor(4_536 / count)) * count;
}
