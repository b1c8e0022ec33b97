import { Fault } from "../../../model/index.ts";
import { SLICE_MS } from "../drive.ts";
import { type SynTemplate, writeSyn } from "../wire/syn.ts";
import * as abi from "./packet-abi.ts";
import { SOL_SOCKET } from "./linux-abi.ts";
import type { PacketLibc } from "./packet-libc.ts";
import { linkAddress, type PacketSockets } from "./packet-sockets.ts";

/** Bytes of a frame in either ring, its header included: enough for an ICMPv6 error that quotes a SYN. */
const FRAME = 256;
const BLOCK = 65_536;
/** A fifth of a second at 150,000 answers a second. */
const RECEIVE_FRAMES = 32_768;
const SEND_FRAMES = 1_024;
/** Frames that wait before the kernel is notified. */
const SEND_AT_ONCE = 256;
/** This many are sent on this thread: it takes a fraction of a millisecond, without a detour through another one. */
const SEND_HERE_MOST = 32;
/** Delay before frames that the link did not take are offered again. */
const AGAIN_MS = 1;
const SEND_BUFFER = 4 * 1_048_576;
/** Frames read before the clock is checked. */
const READ_AT_ONCE = 512;

export interface ReceiveRing {
  readonly fd: number;
  /** Hands over the received frames, for one slice at most; false if there may be more. `bytes` is the whole ring. */
  read(take: (bytes: Uint8Array, at: number, end: number, link: number) => void): boolean;
  /** Frames that found the ring full, since the last call. */
  dropped(): number;
  close(): void;
}

export interface SendRing {
  /** Whether one more frame finds room, or never will; makes some where it can. */
  room(): boolean;
  /** Code of the error because of which nothing goes out, as of a link that is down. */
  failure(): string | undefined;
  syn(template: SynTemplate, sourcePort: number, port: number, sequence: number): void;
  frame(bytes: Uint8Array): void;
  /** Hands what is queued to the kernel, as far as the link takes it. */
  flush(): void;
  close(): void;
}

/** Frames that `filter` lets through from every interface, without those that this machine sends. */
export function openReceiveRing(libc: PacketLibc, sockets: PacketSockets, filter: Uint8Array): ReceiveRing {
  const fd = packetSocket(libc, sockets);
  const must = mustSucceed(libc, sockets, fd);
  // First the filter, last the binding: nothing else ever gets into the ring.
  must("filter", libc.attachFilter(fd, SOL_SOCKET, abi.SO_ATTACH_FILTER, filter));
  libc.setsockopt(fd, abi.SOL_PACKET, abi.PACKET_IGNORE_OUTGOING, Int32Array.of(1), 4);
  const ring = mapRing(libc, sockets, fd, abi.PACKET_RX_RING, RECEIVE_FRAMES);
  must("bind", libc.bind(fd, linkAddress(0, abi.ETH_P_ALL), 20));
  const { bytes, words } = ring;
  const halves = new Uint16Array(words.buffer);
  const statistics = new Int32Array(2);
  const length = new Uint32Array(1);
  let next = 0;

  return {
    fd,
    read(take) {
      const began = performance.now();
      for (let read = 1; ; read++) {
        const at = next * FRAME;
        if ((Atomics.load(words, at >> 2) & abi.TP_STATUS_USER) === 0) return true;
        const captured = words[(at + abi.TPACKET_CAPTURED_AT) >> 2] ?? 0;
        const from = at + (halves[(at + abi.TPACKET_MAC_AT) >> 1] ?? 0);
        take(bytes, from, Math.min(from + captured, at + FRAME), words[(at + abi.TPACKET_INTERFACE_AT) >> 2] ?? 0);
        Atomics.store(words, at >> 2, abi.TP_STATUS_KERNEL);
        next = (next + 1) % RECEIVE_FRAMES;
        if (read % READ_AT_ONCE === 0 && performance.now() - began > SLICE_MS) return false;
      }
    },
    dropped() {
      length[0] = statistics.byteLength;
      const asked = libc.getsockopt(fd, abi.SOL_PACKET, abi.PACKET_STATISTICS, statistics, length);
      return asked === 0 ? (statistics[1] ?? 0) >>> 0 : 0;
    },
    close: ring.close,
  };
}

/** Frames to one Ethernet. They pass by its queueing discipline and by netfilter's output. */
export function openSendRing(libc: PacketLibc, sockets: PacketSockets, link: number): SendRing {
  const fd = packetSocket(libc, sockets);
  libc.setsockopt(fd, abi.SOL_PACKET, abi.PACKET_QDISC_BYPASS, Int32Array.of(1), 4);
  libc.setsockopt(fd, SOL_SOCKET, abi.SO_SNDBUF, Int32Array.of(SEND_BUFFER), 4);
  const ring = mapRing(libc, sockets, fd, abi.PACKET_TX_RING, SEND_FRAMES);
  // Protocol 0: this socket receives nothing.
  mustSucceed(libc, sockets, fd)("bind", libc.bind(fd, linkAddress(link, 0), 20));
  const { bytes, words } = ring;
  let next = 0;
  let queued = 0;
  let sending = false;
  let askWhy = false;
  let failure: string | undefined;
  let closing = false;
  let timer: NodeJS.Timeout | undefined;

  /** The kernel's time for many frames is spent on another thread: this one keeps filling the ring. */
  function flush(): void {
    if (sending || queued === 0 || closing) return;
    if (queued <= SEND_HERE_MOST || askWhy) return sent(libc.send(fd, null, 0, abi.MSG_DONTWAIT), true);
    sending = true;
    queued = 0;
    libc.sendLater(fd, abi.MSG_DONTWAIT, (result) => {
      sending = false;
      if (closing) ring.close();
      else sent(result, false);
    });
  }
  function sent(result: number, here: boolean): void {
    askWhy = result < 0 && !here;
    failure = result < 0 && here ? lastingFailure() : undefined;
    const last = ((next + SEND_FRAMES - 1) % SEND_FRAMES) * FRAME;
    const left = Atomics.load(words, last >> 2) === abi.TP_STATUS_SEND_REQUEST;
    queued = left ? Math.max(queued, 1) : 0;
    if (!left) return;
    clearTimeout(timer);
    timer = setTimeout(flush, AGAIN_MS);
  }
  /** Undefined for what passes by itself: the link is busy, or has no buffer just now. */
  function lastingFailure(): string | undefined {
    const { EAGAIN, ENOBUFS, EINTR } = libc.errorNumbers;
    const number = libc.errno();
    if (number === EAGAIN || number === ENOBUFS || number === EINTR) return undefined;
    return Object.entries(libc.errorNumbers).find(([, each]) => each === number)?.[0] ?? `errno-${number}`;
  }
  function isFree(): boolean {
    const status = Atomics.load(words, (next * FRAME) >> 2);
    return status === abi.TP_STATUS_AVAILABLE || status === abi.TP_STATUS_WRONG_FORMAT;
  }
  function hand(length: number): void {
    const at = next * FRAME;
    words[(at + abi.TPACKET_LENGTH_AT) >> 2] = length;
    Atomics.store(words, at >> 2, abi.TP_STATUS_SEND_REQUEST);
    next = (next + 1) % SEND_FRAMES;
    queued++;
    if (queued >= SEND_AT_ONCE) flush();
  }

  return {
    room() {
      if (isFree()) return true;
      flush();
      return isFree() || failure !== undefined;
    },
    syn(template, sourcePort, port, sequence) {
      writeSyn(bytes, next * FRAME + abi.TPACKET_SEND_AT, template, sourcePort, port, sequence);
      hand(template.bytes.length);
    },
    frame(each) {
      if (!isFree()) return;
      bytes.set(each, next * FRAME + abi.TPACKET_SEND_AT);
      hand(each.length);
    },
    flush,
    failure: () => failure,
    close() {
      closing = true;
      clearTimeout(timer);
      // A descriptor that a thread is about to use must not be reused for another file.
      if (!sending) ring.close();
    },
  };
}

function packetSocket(libc: PacketLibc, sockets: PacketSockets): number {
  const fd = sockets.take();
  if (fd < 0) throw noPackets("open a packet socket", sockets.errno());
  const version = libc.setsockopt(fd, abi.SOL_PACKET, abi.PACKET_VERSION, Int32Array.of(abi.TPACKET_V2), 4);
  mustSucceed(libc, sockets, fd)("choose TPACKET_V2", version);
  return fd;
}

function mustSucceed(libc: PacketLibc, sockets: PacketSockets, fd: number): (what: string, result: number) => void {
  return (what, result) => {
    if (result >= 0) return;
    const number = libc.errno();
    sockets.giveBack(fd);
    throw noPackets(what, number);
  };
}

function noPackets(what: string, number: number): Fault {
  return new Fault("engine-unavailable", `raw packets are not possible here: cannot ${what} (errno ${number})`, {
    next: "portolan doctor reports what is missing; the engine connect does not need it.",
  });
}

interface Ring {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  close(): void;
}

function mapRing(libc: PacketLibc, sockets: PacketSockets, fd: number, name: number, frames: number): Ring {
  const size = frames * FRAME;
  const request = Uint32Array.of(BLOCK, size / BLOCK, FRAME, frames);
  mustSucceed(
    libc,
    sockets,
    fd,
  )("set up a ring", libc.setsockopt(fd, abi.SOL_PACKET, name, request, request.byteLength));
  const mapped = libc.mapShared(fd, size);
  mustSucceed(libc, sockets, fd)("map a ring", mapped === undefined ? -1 : 0);
  const memory = mapped?.memory ?? new ArrayBuffer(0);
  return {
    bytes: new Uint8Array(memory),
    words: new Int32Array(memory),
    close() {
      mapped?.unmap();
      sockets.giveBack(fd);
    },
  };
}
