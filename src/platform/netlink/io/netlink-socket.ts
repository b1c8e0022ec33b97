import { createRequire } from "node:module";
import type * as Koffi from "koffi";

/** A socket to the kernel. The kernel has answered, or begun to, before `send` returns. */
export interface NetlinkSocket {
  /** False if the kernel refused it. */
  send(message: Uint8Array): boolean;
  /** Writes the reply into `into` from its beginning on and returns its length in bytes; -1 if there is none. */
  receive(into: Uint8Array): number;
  close(): void;
}

export type NetlinkOpening =
  { readonly outcome: "open"; readonly socket: NetlinkSocket } | { readonly outcome: "refused"; readonly why: string };

/** `linux/netlink.h`. */
export const NETLINK_ROUTE = 0;
export const NETLINK_SOCK_DIAG = 4;

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;

/** A socket in this process's network namespace; it reports on that namespace alone. Needs no privileges. */
export function openNetlink(protocol: number): NetlinkOpening {
  const bound = bindCalls();
  if (bound === undefined) return { outcome: "refused", why: "koffi has no build for this platform" };
  const { socket, send, receive, close, errno } = bound;
  const fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (fd < 0) return { outcome: "refused", why: `errno ${errno()}` };
  return {
    outcome: "open",
    socket: {
      send: (message) => send(fd, message, message.length, 0) >= 0,
      receive: (into) => receive(fd, into, into.length, MSG_DONTWAIT),
      close: () => void close(fd),
    },
  };
}

interface Calls {
  socket(domain: number, type: number, protocol: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  receive(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  close(fd: number): number;
  errno(): number;
}

let calls: Calls | undefined;

/** Loaded on demand: a machine without koffi still starts. */
function bindCalls(): Calls | undefined {
  try {
    calls ??= loadCalls();
  } catch {
    return undefined;
  }
  return calls;
}

function loadCalls(): Calls {
  const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
  const libc = koffi.load(null);
  return {
    socket: libc.func("int socket(int domain, int type, int protocol)"),
    send: libc.func("int64_t send(int fd, const void *bytes, size_t length, int flags)"),
    receive: libc.func("int64_t recv(int fd, void *bytes, size_t length, int flags)"),
    close: libc.func("int close(int fd)"),
    errno: () => koffi.errno(),
  };
}
