import { NodeFS } from "@electric-sql/pglite/nodefs";
import { chmodSync, closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "./kernel.ts";

/** The part of Emscripten's file system over Node's that is used here. */
interface NodeFileSystem {
  readonly node_ops: {
    mknod: (parent: unknown, name: string, mode: number, device: number) => unknown;
    setattr: (node: unknown, attributes: { readonly mode?: number }) => void;
  };
  readonly stream_ops: { fsync?: (stream: { readonly nfd?: number; readonly node: unknown }) => number };
  realPath(node: unknown): string;
}
interface Runtime {
  readonly NODEFS: NodeFileSystem;
  readonly FS: { readonly ErrnoError: new (errno: number) => Error };
}

/** Everything of a mode except the permissions of group and others. */
const OWN = ~0o077;
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
    ready.emscriptenOpts.preRun = [...(ready.emscriptenOpts.preRun ?? []), addFsync, keepFromOthers];
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

/**
 * Files and folders for their owner alone. Emscripten has an umask of its own, 022, and sets the mode of each new file
 * explicitly, so the umask of this process does not count.
 */
function keepFromOthers({ NODEFS: { node_ops } }: Runtime): void {
  const { mknod, setattr } = node_ops;
  node_ops.mknod = (parent, name, mode, device) => mknod(parent, name, mode & OWN, device);
  node_ops.setattr = (node, attributes) =>
    setattr(node, attributes.mode === undefined ? attributes : { ...attributes, mode: attributes.mode & OWN });
}

/** Takes what earlier versions wrote below the directory from other users. */
export function closeToOthers(directory: string): void {
  chmodSync(directory, 0o700);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o700);
    else if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o600);
  }
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
