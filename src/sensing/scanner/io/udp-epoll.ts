import { randomBytes } from "node:crypto";
import type { Attempt } from "../attempts.ts";
import { SLICE_MS } from "../drive.ts";
import { type ErrorMoment, OPEN, type ProbeOutcome, outcomeOfError, SELF_CONNECT, SILENT } from "../probe-outcome.ts";
import { createOwnPorts } from "../own-ports.ts";
import { payloadOf } from "../payload/by-port.ts";
import { RANDOM_BYTES } from "../payload/bytes.ts";
import { createRefusalLimits } from "../refusal-limits.ts";
import { ORIGIN_ICMP, ORIGIN_ICMPV6, outcomeOfUdpError } from "../wire/icmp-error.ts";
import type { UdpChannel } from "../with-udp.ts";
import * as abi from "./linux-abi.ts";
import {
  addressBytes,
  ipv4SocketAddress,
  ipv6SocketAddress,
  sameEnd,
  type SocketAddress,
  writePort,
} from "./sockaddr.ts";
import type { UdpLibc } from "./udp-libc.ts";

const EVENTS_AT_ONCE = 256;
/** Errors read from one socket before its turn ends; further ones bring further events. */
const ERRORS_AT_ONCE = 8;
/** The content of an answer does not matter here: this much of it is read from the socket, the rest is cut. */
const ANSWER_KEPT = 16;

interface Asked {
  readonly attempt: Attempt;
  readonly fd: number;
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
}

/**
 * One UDP socket per try, from a port that the kernel chooses. It is connected, so it receives only from the probed
 * endpoint; only for protocols whose servers answer from a port of their own is it open to all ports of that address.
 * ICMP errors are read from the socket's error queue (ip(7), IP_RECVERR), which needs no privileges. `most` sockets at
 * a time.
 */
export function createUdpEpollChannel(
  libc: UdpLibc,
  most: number,
  settle: (attempt: Attempt, outcome: ProbeOutcome) => void,
): UdpChannel {
  const names = new Map(Object.entries(libc.errorNumbers).map(([name, number]) => [number, name]));
  const limits = createRefusalLimits(settle);
  const ownPorts = createOwnPorts();
  const byFd = new Map<number, Asked>();
  const byAttempt = new Map<Attempt, Asked>();
  const events = new Uint8Array(abi.EPOLL_EVENT_SIZE * EVENTS_AT_ONCE);
  const eventsView = new DataView(events.buffer);
  const event = new Uint8Array(abi.EPOLL_EVENT_SIZE);
  const eventView = new DataView(event.buffer);
  const answer = new Uint8Array(ANSWER_KEPT);
  const from = ipv6SocketAddress();
  const length = new Uint32Array(1);
  const on = Int32Array.of(1);
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  let epoll = -1;
  let poll: { stop(): void } | undefined;
  let closed = false;

  /** EADDRNOTAVAIL is never a want of ports here: that is EAGAIN of connect(2), or EADDRINUSE of bind(2). */
  const outcomeOf = (number: number, moment: ErrorMoment): ProbeOutcome =>
    outcomeOfError(names.get(number) ?? `errno-${number}`, moment, () => false);
  const failed = (moment: ErrorMoment): ProbeOutcome => outcomeOf(libc.errno(), moment);

  function openEpoll(): boolean {
    if (epoll >= 0) return true;
    epoll = libc.epollCreate(abi.EPOLL_CLOEXEC);
    if (epoll >= 0) poll = libc.whenReadable(epoll, collect);
    return epoll >= 0;
  }

  function begin(attempt: Attempt): ProbeOutcome | undefined {
    if (!openEpoll()) return failed("at-once");
    const { address, port } = attempt.probe.endpoint;
    const v4 = !address.includes(":");
    const [remote, local] = v4
      ? [ipv4SocketAddress(), ipv4SocketAddress()]
      : [ipv6SocketAddress(), ipv6SocketAddress()];
    remote.bytes.set(addressBytes(address), remote.addressAt);
    writePort(remote, port);
    const fd = libc.socket(remote.family, abi.SOCK_DGRAM | abi.SOCK_NONBLOCK | abi.SOCK_CLOEXEC, 0);
    if (fd < 0) return failed("at-once");
    const asked = { attempt, fd, remote, local };
    let outcome = ask(asked);
    if (outcome !== undefined) limits.ended(attempt);
    // Over loopback the answer has arrived when the call returns, which saves the way through epoll.
    else if (attempt.host === undefined) outcome = read(asked);
    if (outcome === undefined && !watch(fd)) outcome = failed("at-once");
    if (outcome === undefined) {
      byFd.set(fd, asked);
      byAttempt.set(attempt, asked);
    } else shut(asked);
    return outcome;
  }

  function watch(fd: number): boolean {
    eventView.setUint32(0, (abi.EPOLLIN | abi.EPOLLET) >>> 0, little);
    eventView.setInt32(abi.EPOLL_DATA_AT, fd, little);
    return libc.epollControl(epoll, abi.EPOLL_CTL_ADD, fd, event) === 0;
  }

  /** Sends the datagram of this try; an outcome when nothing went out. */
  function ask({ attempt, fd, remote, local }: Asked): ProbeOutcome | undefined {
    const { bytes: to } = remote;
    const v4 = remote.family === abi.AF_INET;
    const { payloads, answersFromAnyPort = false } = payloadOf(attempt.probe.endpoint.port);
    const [level, option] = v4 ? [abi.IPPROTO_IP, abi.IP_RECVERR] : [abi.IPPROTO_IPV6, abi.IPV6_RECVERR];
    if (libc.setsockopt(fd, level, option, on, on.byteLength) !== 0) return failed("at-once");
    const bound = answersFromAnyPort ? libc.bind(fd, local.bytes, local.bytes.length) : libc.connect(fd, to, to.length);
    if (bound !== 0) return failed("at-once");
    length[0] = local.bytes.length;
    libc.getsockname(fd, local.bytes, length);
    // Its own datagram would come back to it as an answer. Unconnected, it has no address yet: the port alone decides.
    if (answersFromAnyPort) local.bytes.set(to.subarray(remote.addressAt), local.addressAt);
    if (sameEnd(local, remote)) return SELF_CONNECT;
    ownPorts.opened(portOf(local));
    const datagram = payloads[attempt.tries % payloads.length]?.(randomBytes(RANDOM_BYTES)) ?? new Uint8Array();
    limits.begins(attempt, performance.now());
    const [target, size] = answersFromAnyPort ? [to, to.length] : [null, 0];
    return libc.sendTo(fd, datagram, datagram.length, 0, target, size) < 0 ? failed("at-once") : undefined;
  }

  /** The outcome received by now; undefined: none. */
  function read({ fd, remote, local }: Asked): ProbeOutcome | undefined {
    for (let i = 0; i < ERRORS_AT_ONCE; i++) {
      // A failure is reported before an answer that has also arrived, so the call is made twice.
      if (receive(fd) || receive(fd)) {
        if (!isAddressOf(from, remote)) continue;
        const ours = isAddressOf(local, remote) && ownPorts.mayBeOurs(portOf(from), performance.now());
        return ours ? SELF_CONNECT : OPEN;
      }
      const number = libc.errno();
      const { EAGAIN } = libc.errorNumbers;
      const error = libc.takeError(fd);
      if (error === undefined) return number === EAGAIN ? undefined : outcomeOf(number, "later");
      const { origin, type, code, offender } = error;
      if (origin !== ORIGIN_ICMP && origin !== ORIGIN_ICMPV6) continue;
      const outcome = outcomeOfUdpError(origin, type, code, offender !== undefined && isAddress(remote, offender));
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  function receive(fd: number): boolean {
    length[0] = from.bytes.length;
    return libc.receiveFrom(fd, answer, answer.length, abi.MSG_DONTWAIT, from.bytes, length) >= 0;
  }

  function forget(asked: Asked): void {
    const { attempt, fd } = asked;
    byFd.delete(fd);
    byAttempt.delete(attempt);
    shut(asked);
  }

  function shut({ fd, local }: Asked): void {
    ownPorts.closed(portOf(local), performance.now());
    libc.close(fd);
  }

  function note(attempt: Attempt, outcome: ProbeOutcome): void {
    if (outcome.kind === "state" && outcome.state === "closed") limits.refused(attempt, performance.now());
    else limits.ended(attempt);
  }

  function collect(): boolean {
    const began = performance.now();
    for (;;) {
      if (closed || epoll < 0) return true;
      const count = libc.epollWait(epoll, events, EVENTS_AT_ONCE, 0);
      for (let i = 0; i < count; i++) {
        const asked = byFd.get(eventsView.getInt32(i * abi.EPOLL_EVENT_SIZE + abi.EPOLL_DATA_AT, little));
        const outcome = asked === undefined ? undefined : read(asked);
        if (asked === undefined || outcome === undefined) continue;
        forget(asked);
        note(asked.attempt, outcome);
        settle(asked.attempt, outcome);
      }
      if (count < EVENTS_AT_ONCE) return true;
      if (performance.now() - began > SLICE_MS) return false;
    }
  }

  return {
    begin,
    collect,
    drop(attempt) {
      const asked = byAttempt.get(attempt);
      if (asked === undefined) return SILENT;
      const outcome = read(asked);
      forget(asked);
      if (outcome === undefined || outcome.kind === "silent") return limits.silent(attempt, performance.now());
      note(attempt, outcome);
      return outcome;
    },
    room: () => byFd.size < most,
    close() {
      closed = true;
      limits.close();
      poll?.stop();
      for (const fd of byFd.keys()) libc.close(fd);
      byFd.clear();
      byAttempt.clear();
      if (epoll >= 0) libc.close(epoll);
    },
    limited: () => limits.limited(),
  };
}

/** Whether the first names the address of the second; both are laid out for its family. */
function isAddressOf(one: SocketAddress, { bytes, addressAt, addressLength }: SocketAddress): boolean {
  for (let i = addressAt; i < addressAt + addressLength; i++) if (bytes[i] !== one.bytes[i]) return false;
  return true;
}

function isAddress({ bytes, addressAt, addressLength }: SocketAddress, address: Uint8Array): boolean {
  return address.length === addressLength && address.every((byte, i) => bytes[addressAt + i] === byte);
}

const portOf = ({ bytes }: SocketAddress): number => ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
