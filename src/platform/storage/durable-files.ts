import { NodeFS } from "@electric-sql/pglite/nodefs";
import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "./kernel.ts";

/** The part of Emscripten's file system over Node's that is used here. */
interface NodeFileSystem {
  readonly stream_ops: { fsync?: (stream: { readonly nfd?: number; readonly node: unknown }) => number };
  realPath(node: unknown): string;
}
interface Runtime {
  readonly NODEFS: NodeFileSystem;
  readonly FS: { readonly ErrnoError: new (errno: number) => Error };
}

/** EIO of WASI. */
const EIO = 29;

/**
 * The directory of the database as PGlite sees it, with an fsync that reaches the disk. Emscripten does nothing and
 * reports success: without this, PGlite survives a crash of its process, but not of the machine.
 */
export function durableFiles(directory: string): NodeFS {
  const files = new NodeFS(directory);
  const init = files.init.bind(files);
  files.init = async (engine, options) => {
    const ready = await init(engine, options);
    ready.emscriptenOpts.preRun = [...(ready.emscriptenOpts.preRun ?? []), addFsync];
    return ready;
  };
  return files;
}

function addFsync({ NODEFS, FS }: Runtime): void {
  NODEFS.stream_ops.fsync = (stream) => {
    try {
      if (stream.nfd === undefined) syncPath(NODEFS.realPath(stream.node));
      else fsyncSync(stream.nfd);
      return 0;
    } catch {
      throw new FS.ErrnoError(EIO);
    }
  };
}

/** Flushes everything below the directory to the disk, in one call if the system has one. */
export function syncTree(directory: string, { syncfs }: Kernel): void {
  const fd = openSync(directory, "r");
  try {
    if (syncfs?.(fd) === true) return;
  } finally {
    closeSync(fd);
  }
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) syncPath(join(entry.parentPath, entry.name));
  }
  syncPath(directory);
}

export function syncPath(path: string): void {
  // Windows cannot open a directory and does not need to flush one.
  if (process.platform === "win32") return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
