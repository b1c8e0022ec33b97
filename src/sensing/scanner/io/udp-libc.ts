import { createRequire } from "node:module";
import type * as Koffi from "koffi";
import { AF_INET, AF_INET6, IPPROTO_IP, IPPROTO_IPV6, IP_RECVERR, IPV6_RECVERR, MSG_ERRQUEUE } from "./linux-abi.ts";
import { type Libc, loadLibc } from "./libc.ts";

/** `struct sock_extended_err` with its offender (linux/errqueue.h, ip(7) on IP_RECVERR). */
export interface QueuedError {
  readonly origin: number;
  readonly type: number;
  readonly code: number;
  /** Address of who sent it, as bytes; undefined where nobody is named. */
  readonly offender: Uint8Array | undefined;
}

/** The further calls that UDP needs. Each returns -1 on failure; `errno()` then says why. */
export interface UdpLibc extends Libc {
  bind(fd: number, address: Uint8Array, length: number): number;
  setsockopt(fd: number, level: number, name: number, value: Int32Array, length: number): number;
  sendTo(fd: number, bytes: Uint8Array, length: number, flags: number, to: Uint8Array | null, size: number): number;
  receiveFrom(
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    from: Uint8Array,
    size: Uint32Array,
  ): number;
  /** Takes the oldest error off the socket's queue; undefined when there is none. */
  takeError(fd: number): QueuedError | undefined;
}

const CONTROL_SIZE = 512;
const PAYLOAD_SIZE = 64;

let loaded: UdpLibc | undefined;

/** As {@link loadLibc}; throws under the same conditions. */
export function loadUdpLibc(): UdpLibc {
  return (loaded ??= load());
}

function load(): UdpLibc {
  const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
  const libc = koffi.load(null);
  const recvmsg = libc.func("int64_t recvmsg(int fd, void *message, int flags)");
  const word = koffi.sizeof("void *");
  // Memory of its own that the kernel writes into: struct msghdr (seven words), struct iovec (two), control, payload.
  const [vectorAt, controlAt, payloadAt] = [7 * word, 9 * word, 9 * word + CONTROL_SIZE] as const;
  const size = payloadAt + PAYLOAD_SIZE;
  const pointer: unknown = koffi.alloc("uint8_t", size);
  const start = koffi.address(pointer);
  const memory = koffi.view(pointer, size);
  const view = new DataView(memory);
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

  function putWord(at: number, value: bigint): void {
    if (word === 8) view.setBigUint64(at, value, little);
    else view.setUint32(at, Number(value), little);
  }
  const getWord = (at: number): number =>
    word === 8 ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);

  function prepare(): void {
    new Uint8Array(memory).fill(0, 0, controlAt);
    putWord(2 * word, start + BigInt(vectorAt));
    putWord(3 * word, 1n);
    putWord(4 * word, start + BigInt(controlAt));
    putWord(5 * word, BigInt(CONTROL_SIZE));
    putWord(vectorAt, start + BigInt(payloadAt));
    putWord(vectorAt + word, BigInt(PAYLOAD_SIZE));
  }

  /** Searches the control messages (cmsg(3)). */
  function readControl(): QueuedError {
    const end = controlAt + Math.min(getWord(5 * word), CONTROL_SIZE);
    const header = word + 8;
    for (let at = controlAt; at + header <= end;) {
      const length = getWord(at);
      if (length < header || at + length > end) break;
      const level = view.getInt32(at + word, little);
      const type = view.getInt32(at + word + 4, little);
      const isError =
        (level === IPPROTO_IP && type === IP_RECVERR) || (level === IPPROTO_IPV6 && type === IPV6_RECVERR);
      if (isError && length >= header + 16) return readError(at + header, at + length);
      at += Math.ceil(length / word) * word;
    }
    return { origin: 0, type: 0, code: 0, offender: undefined };
  }

  function readError(at: number, end: number): QueuedError {
    const family = at + 18 <= end ? view.getUint16(at + 16, little) : 0;
    const [offset, length] = family === AF_INET ? [20, 4] : family === AF_INET6 ? [24, 16] : [0, 0];
    return {
      origin: view.getUint8(at + 4),
      type: view.getUint8(at + 5),
      code: view.getUint8(at + 6),
      offender:
        length > 0 && at + offset + length <= end
          ? new Uint8Array(memory.slice(at + offset, at + offset + length))
          : undefined,
    };
  }

  return {
    ...loadLibc(),
    bind: libc.func("int bind(int fd, const void *address, uint32_t length)"),
    setsockopt: libc.func("int setsockopt(int fd, int level, int name, const void *value, uint32_t length)"),
    sendTo: libc.func(
      "int64_t sendto(int fd, const void *bytes, size_t length, int flags, const void *to, uint32_t size)",
    ),
    receiveFrom: libc.func("int64_t recvfrom(int fd, void *bytes, size_t length, int flags, void *from, void *size)"),
    takeError(fd) {
      prepare();
      return (recvmsg(fd, pointer, MSG_ERRQUEUE) as number) < 0 ? undefined : readControl();
    },
  };
}
