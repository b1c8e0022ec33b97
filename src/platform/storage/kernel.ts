import { createRequire } from "node:module";
import type * as Koffi from "koffi";

/**
 * Calls of the C library that Node does not offer. Absent if koffi has no build for this machine, or the system has no
 * such call.
 */
export interface Kernel {
  /** flock(2), exclusive and without waiting. */
  readonly flock?: ((fd: number) => "locked" | "held" | { readonly failed: string }) | undefined;
  /** syncfs(2): true if everything written to the file system of that descriptor is on the disk. Linux only. */
  readonly syncfs?: ((fd: number) => boolean) | undefined;
}

const LOCK_EX = 2;
const LOCK_NB = 4;

/** Loads koffi on demand, so that a machine without a build of it can still open the store. */
export function loadKernel(): Kernel {
  if (process.platform === "win32") return {};
  let koffi: typeof Koffi;
  try {
    koffi = createRequire(import.meta.url)("koffi") as typeof koffi;
  } catch {
    return {};
  }
  const libc = koffi.load(null);
  const flock = libc.func("int flock(int fd, int operation)") as (fd: number, operation: number) => number;
  const kernel: Kernel = {
    flock(fd) {
      if (flock(fd, LOCK_EX | LOCK_NB) === 0) return "locked";
      const error = koffi.errno();
      const held = error === koffi.os.errno.EWOULDBLOCK || error === koffi.os.errno.EAGAIN;
      return held ? "held" : { failed: `flock failed with error number ${error}` };
    },
  };
  if (process.platform !== "linux") return kernel;
  const syncfs = libc.func("int syncfs(int fd)") as (fd: number) => number;
  return { ...kernel, syncfs: (fd) => syncfs(fd) === 0 };
}
