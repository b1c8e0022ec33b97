import { createRequire } from "node:module";
import type * as Koffi from "koffi";

/** The calls of the C library that the epoll engine makes. Each returns -1 on failure; `errno()` then says why. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  getsockname(fd: number, address: Uint8Array, length: Uint32Array): number;
  getsockopt(fd: number, level: number, name: number, value: Int32Array, length: Uint32Array): number;
  close(fd: number): number;
  epollCreate(flags: number): number;
  epollControl(epoll: number, operation: number, fd: number, event: Uint8Array): number;
  epollWait(epoll: number, events: Uint8Array, most: number, timeout: number): number;
  /** Error number of the call just made: read it before anything else happens. */
  errno(): number;
  /** `ECONNREFUSED` and so on to this system's numbers. */
  readonly errorNumbers: Readonly<Record<string, number>>;
  /** Calls back through the event loop whenever the descriptor is readable, until it is stopped. */
  whenReadable(fd: number, ready: () => void): { stop(): void };
}

/**
 * Loads koffi and binds the C library. Throws where koffi has no build for this platform; then the portable engine
 * serves. Loaded on demand, so that a machine without it still starts.
 */
export function loadLibc(): Libc {
  const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
  const libc = koffi.load(null);
  return {
    socket: libc.func("int socket(int domain, int type, int protocol)"),
    connect: libc.func("int connect(int fd, const void *address, uint32_t length)"),
    getsockname: libc.func("int getsockname(int fd, void *address, void *length)"),
    getsockopt: libc.func("int getsockopt(int fd, int level, int name, void *value, void *length)"),
    close: libc.func("int close(int fd)"),
    epollCreate: libc.func("int epoll_create1(int flags)"),
    epollControl: libc.func("int epoll_ctl(int epoll, int operation, int fd, void *event)"),
    epollWait: libc.func("int epoll_wait(int epoll, void *events, int most, int timeout)"),
    errno: () => koffi.errno(),
    errorNumbers: koffi.os.errno,
    whenReadable(fd, ready) {
      const handle = koffi.node.poll(fd, { readable: true }, ready);
      return {
        stop() {
          handle.stop();
          handle.close();
        },
      };
    },
  };
}
