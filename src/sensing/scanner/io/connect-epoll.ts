import { Fault } from "../../../model/index.ts";
import type { Attempt } from "../attempts.ts";
import { drive, SLICE_MS, type ProbeChannel } from "../drive.ts";
import type { Engine } from "../engine.ts";
import { type ErrorMoment, OPEN, type ProbeOutcome, outcomeOfError, SELF_CONNECT, SILENT } from "../probe-outcome.ts";
import { type UdpChannel, withUdp } from "../with-udp.ts";
import type { DescriptorBudget } from "./descriptors.ts";
import type { Libc } from "./libc.ts";
import * as abi from "./linux-abi.ts";
import {
  addressBytes,
  ipv4SocketAddress,
  ipv6SocketAddress,
  sameEnd,
  type SocketAddress,
  writePort,
} from "./sockaddr.ts";
import { hasSourceFor } from "./source-address.ts";
import { createUdpEpollChannel } from "./udp-epoll.ts";
import { loadUdpLibc } from "./udp-libc.ts";

const EVENTS_AT_ONCE = 256;
const ADDRESSES_KEPT = 4_096;
/** Descriptors kept for the next try of the same family; the rest is closed at once. */
const IDLE_KEPT = 64;

/** Everything that belongs to one IP version. */
interface Family {
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  /** The address last written into `remote`. */
  written: string;
  /** Unconnected sockets. Linux lets a socket whose connect was refused connect again. */
  readonly idle: number[];
}

/** Unprivileged TCP connect, and UDP, with non-blocking sockets and epoll, called through koffi. Linux only. */
export function createEpollEngine(libc: Libc, descriptors: () => DescriptorBudget): Engine {
  return {
    name: "connect",
    async scan(request) {
      const { limit, free } = descriptors();
      let channel: UdpChannel | undefined;
      const report = await drive(request, {
        capacity: free,
        fdLimit: limit,
        createChannel: (settle) =>
          (channel = withUdp(createEpollChannel(libc, settle), () =>
            createUdpEpollChannel(loadUdpLibc(), free, settle),
          )),
      });
      return { ...report, limited: channel?.limited() ?? [] };
    },
  };
}

export function createEpollChannel(
  libc: Libc,
  settle: (attempt: Attempt, outcome: ProbeOutcome) => void,
): ProbeChannel {
  const { EINPROGRESS = 0, EALREADY = 0, EISCONN = 0 } = libc.errorNumbers;
  const names = new Map(Object.entries(libc.errorNumbers).map(([name, number]) => [number, name]));
  const v4: Family = { remote: ipv4SocketAddress(), local: ipv4SocketAddress(), written: "", idle: [] };
  const v6: Family = { remote: ipv6SocketAddress(), local: ipv6SocketAddress(), written: "", idle: [] };
  const parsed = new Map<string, Uint8Array>();
  const pendingByFd = new Map<number, Attempt>();
  const fdOf = new Map<Attempt, number>();
  const watched = new Set<number>();
  const events = new Uint8Array(abi.EPOLL_EVENT_SIZE * EVENTS_AT_ONCE);
  const eventsView = new DataView(events.buffer);
  const event = new Uint8Array(abi.EPOLL_EVENT_SIZE);
  const eventView = new DataView(event.buffer);
  const noted = new Int32Array(1);
  const length = new Uint32Array(1);
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

  const epoll = libc.epollCreate(abi.EPOLL_CLOEXEC);
  if (epoll < 0) {
    throw new Fault("engine-unavailable", `no descriptor for epoll: ${names.get(libc.errno()) ?? libc.errno()}`, {
      next: "Raise the limit of open files (`ulimit -n`), or choose the engine connect-portable.",
    });
  }
  const poll = libc.whenReadable(epoll, collect);
  let closed = false;

  function aim(attempt: Attempt): Family {
    const { address, port } = attempt.probe.endpoint;
    const family = address.includes(":") ? v6 : v4;
    if (family.written !== address) {
      let bytes = parsed.get(address);
      if (bytes === undefined) {
        bytes = addressBytes(address);
        if (parsed.size >= ADDRESSES_KEPT) parsed.clear();
        parsed.set(address, bytes);
      }
      family.remote.bytes.set(bytes, family.remote.addressAt);
      family.written = address;
    }
    writePort(family.remote, port);
    return family;
  }

  function open(family: Family): number {
    const type = abi.SOCK_STREAM | abi.SOCK_NONBLOCK | abi.SOCK_CLOEXEC;
    return libc.socket(family.remote.family, type, abi.IPPROTO_TCP);
  }

  /** Ends an accepted connection with FIN, not RST: a reset is an error that ends servers which expect none. */
  function shut(fd: number): void {
    watched.delete(fd);
    libc.close(fd);
  }

  /** A socket after its outcome: a refused one connects again, all others are closed. */
  function release(fd: number, family: Family, outcome: ProbeOutcome): void {
    const refused = outcome.kind === "state" && outcome.state === "closed";
    if (refused && family.idle.length < IDLE_KEPT) family.idle.push(fd);
    else shut(fd);
  }

  function established(fd: number, family: Family): ProbeOutcome {
    length[0] = family.local.bytes.length;
    libc.getsockname(fd, family.local.bytes, length);
    return sameEnd(family.local, family.remote) ? SELF_CONNECT : OPEN;
  }

  /** Queries the state of a connecting socket by connecting again; undefined: still under way. */
  function ask(fd: number, family: Family): ProbeOutcome | undefined {
    if (libc.connect(fd, family.remote.bytes, family.remote.bytes.length) === 0) return established(fd, family);
    const number = libc.errno();
    if (number === EALREADY || number === EINPROGRESS) return undefined;
    if (number === EISCONN) return established(fd, family);
    return failed(number, "later", family);
  }

  function failed(number: number, moment: ErrorMoment, { remote }: Family): ProbeOutcome {
    return outcomeOfError(names.get(number) ?? `errno-${number}`, moment, () => hasSourceFor(libc, remote));
  }

  function watch(fd: number): boolean {
    if (watched.has(fd)) return true;
    // Edge-triggered and for the life of the socket: a stray edge costs one more query and changes nothing.
    eventView.setUint32(0, (abi.EPOLLIN | abi.EPOLLOUT | abi.EPOLLRDHUP | abi.EPOLLET) >>> 0, little);
    eventView.setInt32(abi.EPOLL_DATA_AT, fd, little);
    if (libc.epollControl(epoll, abi.EPOLL_CTL_ADD, fd, event) !== 0) return false;
    watched.add(fd);
    return true;
  }

  function begin(attempt: Attempt): ProbeOutcome | undefined {
    const family = aim(attempt);
    const fd = family.idle.pop() ?? open(family);
    if (fd < 0) return failed(libc.errno(), "at-once", family);
    let outcome = start(fd, family);
    // Over loopback the answer has arrived when connect() returns, so a second query saves the way through epoll.
    if (outcome === undefined && attempt.host === undefined) outcome = ask(fd, family);
    if (outcome === undefined && !watch(fd)) outcome = failed(libc.errno(), "at-once", family);
    if (outcome === undefined) {
      pendingByFd.set(fd, attempt);
      fdOf.set(attempt, fd);
      return undefined;
    }
    release(fd, family, outcome);
    return outcome;
  }

  function start(fd: number, family: Family): ProbeOutcome | undefined {
    if (libc.connect(fd, family.remote.bytes, family.remote.bytes.length) === 0) return established(fd, family);
    const number = libc.errno();
    return number === EINPROGRESS ? undefined : failed(number, "at-once", family);
  }

  function collect(): boolean {
    const began = performance.now();
    for (;;) {
      if (closed) return true;
      const count = libc.epollWait(epoll, events, EVENTS_AT_ONCE, 0);
      for (let i = 0; i < count; i++) {
        const fd = eventsView.getInt32(i * abi.EPOLL_EVENT_SIZE + abi.EPOLL_DATA_AT, little);
        const attempt = pendingByFd.get(fd);
        if (attempt === undefined) continue;
        const family = aim(attempt);
        const outcome = ask(fd, family);
        if (outcome === undefined) continue;
        pendingByFd.delete(fd);
        fdOf.delete(attempt);
        release(fd, family, outcome);
        settle(attempt, outcome);
      }
      if (count < EVENTS_AT_ONCE) return true;
      if (performance.now() - began > SLICE_MS) return false;
    }
  }

  function drop(attempt: Attempt): ProbeOutcome {
    const fd = fdOf.get(attempt);
    if (fd === undefined) return SILENT;
    fdOf.delete(attempt);
    pendingByFd.delete(fd);
    const outcome = softError(fd, aim(attempt));
    shut(fd);
    return outcome;
  }

  /** An ICMP error that came while the kernel held the socket does not end the connection: it is noted and kept. */
  function softError(fd: number, family: Family): ProbeOutcome {
    length[0] = noted.byteLength;
    const failure = libc.getsockopt(fd, abi.SOL_SOCKET, abi.SO_ERROR, noted, length);
    return failure === 0 && noted[0] !== 0 ? failed(noted[0] ?? 0, "later", family) : SILENT;
  }

  function close(): void {
    closed = true;
    poll.stop();
    for (const fd of pendingByFd.keys()) libc.close(fd);
    for (const fd of v4.idle) libc.close(fd);
    for (const fd of v6.idle) libc.close(fd);
    pendingByFd.clear();
    fdOf.clear();
    v4.idle.length = 0;
    v6.idle.length = 0;
    libc.close(epoll);
  }

  return { begin, collect, drop, close };
}
