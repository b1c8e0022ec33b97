import { inheritedPacketSockets } from "../../../platform/privileges/index.ts";
import { SO_ERROR, SOCK_CLOEXEC, SOCK_NONBLOCK, SOL_SOCKET } from "./linux-abi.ts";
import * as abi from "./packet-abi.ts";
import type { PacketLibc } from "./packet-libc.ts";

/** Raw AF_PACKET sockets that receive nothing yet. */
export interface PacketSockets {
  /** A descriptor, or -1 where there is none to be had. */
  take(): number;
  /** Why not: the kernel's error number, or 0 when all that there are are in use. */
  errno(): number;
  /** Its rings must be unmapped. */
  giveBack(fd: number): void;
}

/** Opened on demand, which needs CAP_NET_RAW, and closed afterwards. */
export function openedPacketSockets(libc: PacketLibc): PacketSockets {
  return {
    take: () => libc.socket(abi.AF_PACKET, abi.SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
    errno: libc.errno,
    giveBack: (fd) => void libc.close(fd),
  };
}

/**
 * The sockets that were opened while this program still had the capability (see src/platform/privileges), used over and
 * over: the kernel requires CAP_NET_RAW to create a packet socket, but not to bind it, give it rings, or send.
 */
export function keptPacketSockets(libc: PacketLibc, descriptors: readonly number[]): PacketSockets {
  const free = descriptors.filter((fd) => isPacketSocket(libc, fd));
  for (const fd of free) libc.fcntl(fd, abi.F_SETFD, abi.FD_CLOEXEC);

  return {
    take() {
      const place = free.findIndex((fd) => emptied(libc, fd));
      const [fd = -1] = place < 0 ? [] : free.splice(place, 1);
      return fd;
    },
    errno: () => 0,
    giveBack(fd) {
      libc.attachFilter(fd, SOL_SOCKET, abi.SO_ATTACH_FILTER, NOTHING);
      libc.bind(fd, linkAddress(0, 0), 20);
      emptied(libc, fd);
      // Used last, so that what a slow card still sends from its ring is through by then.
      free.push(fd);
    },
  };
}

/** One instruction of classic BPF: return 0. */
const NOTHING = new Uint8Array(new Uint16Array([0x06, 0, 0, 0]).buffer);

let kept: PacketSockets | undefined;

/** The sockets of this process: the inherited ones, else those it can open by itself. */
export function packetSockets(libc: PacketLibc): PacketSockets {
  const left = inheritedPacketSockets();
  if (left === undefined) return openedPacketSockets(libc);
  return (kept ??= keptPacketSockets(libc, left));
}

function isPacketSocket(libc: PacketLibc, fd: number): boolean {
  const domain = new Int32Array(1);
  const asked = libc.getsockopt(fd, SOL_SOCKET, abi.SO_DOMAIN, domain, Uint32Array.of(4));
  return asked === 0 && domain[0] === abi.AF_PACKET;
}

/** Takes away rings, counts and errors of its last use; false while a ring of its is still being sent from. */
function emptied(libc: PacketLibc, fd: number): boolean {
  const none = new Uint32Array(4);
  for (const ring of [abi.PACKET_RX_RING, abi.PACKET_TX_RING]) {
    if (libc.setsockopt(fd, abi.SOL_PACKET, ring, none, none.byteLength) < 0) return false;
  }
  libc.getsockopt(fd, abi.SOL_PACKET, abi.PACKET_STATISTICS, new Int32Array(2), Uint32Array.of(8));
  libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, new Int32Array(1), Uint32Array.of(4));
  return true;
}

/** `struct sockaddr_ll`, 20 bytes. */
export function linkAddress(link: number, protocol: number): Uint8Array {
  const bytes = new Uint8Array(20);
  new Uint16Array(bytes.buffer)[0] = abi.AF_PACKET;
  bytes[2] = protocol >>> 8;
  bytes[3] = protocol & 0xff;
  new Int32Array(bytes.buffer)[1] = link;
  return bytes;
}
