import { NodeFS } from "@electric-sql/pglite/nodefs";
import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "./kernel.ts";

/** What is used here of Emscripten's file system over Node's. */
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
 * The directory of the database as PGlite sees it, with an fsync that reaches the disk. Emscripten has none for it and
 * reports success, so by itself PGlite survives the death of its process, but not that of the machine.
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

/** Everything below the directory on the disk, in one call where the system has it. */
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
  // Windows opens no directory and needs no flush of one.
  if (process.platform === "win32") return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
