import { createRequire } from "node:module";
import type * as Koffi from "koffi";
import { type Libc, loadLibc } from "./libc.ts";

/** The further calls that raw packets need. Each returns -1 on failure; `errno()` then says why. */
export interface PacketLibc extends Libc {
  fcntl(fd: number, command: number, value: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  setsockopt(fd: number, level: number, name: number, value: ArrayBufferView, length: number): number;
  attachFilter(fd: number, level: number, name: number, program: Uint8Array): number;
  send(fd: number, bytes: Uint8Array | null, length: number, flags: number): number;
  /** As send with nothing of its own, on a thread of Node's pool; its error number is lost. */
  sendLater(fd: number, flags: number, sent: (result: number) => void): void;
  /** Memory shared with the kernel; undefined on failure. It must not be touched once it is unmapped. */
  mapShared(fd: number, length: number): { readonly memory: ArrayBuffer; unmap(): void } | undefined;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;

/** As {@link loadLibc}; throws under the same conditions. */
export function loadPacketLibc(): PacketLibc {
  const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
  const libc = koffi.load(null);
  const program = koffi.struct({ length: "uint16_t", filter: "const uint8_t *" });
  const mmap = libc.func("void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)");
  const munmap = libc.func("int munmap(void *address, size_t length)");
  const send = libc.func("int64_t send(int fd, const void *bytes, size_t length, int flags)");
  const attach = libc.func("setsockopt", "int", ["int", "int", "int", koffi.pointer(program), "uint32_t"]);
  return {
    ...loadLibc(),
    fcntl: libc.func("int fcntl(int fd, int command, int value)"),
    bind: libc.func("int bind(int fd, const void *address, uint32_t length)"),
    setsockopt: libc.func("int setsockopt(int fd, int level, int name, const void *value, uint32_t length)"),
    attachFilter: (fd, level, name, filter) =>
      attach(fd, level, name, { length: filter.length / 8, filter }, koffi.sizeof(program)) as number,
    send,
    sendLater(fd, flags, sent) {
      send.async(fd, null, 0, flags, (error: unknown, result: number) => sent(error === null ? result : -1));
    },
    mapShared(fd, length) {
      const pointer: unknown = mmap(null, length, PROT_READ_WRITE, MAP_SHARED, fd, 0);
      if (koffi.address(pointer) === 0xffff_ffff_ffff_ffffn) return undefined;
      return { memory: koffi.view(pointer, length), unmap: () => void munmap(pointer, length) };
    },
  };
}
