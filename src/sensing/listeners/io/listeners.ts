import type { BoundSocket } from "../bound-socket.ts";
import { toListeners, type Listener } from "../listener.ts";
import { createOwnerSearch } from "./owners.ts";
import { openSocketSource } from "./socket-source.ts";

/**
 * The listening sockets in this process's network namespace, now, without their owners, which are expensive to find.
 */
export async function boundSockets(): Promise<BoundSocket[]> {
  const source = openSocketSource();
  try {
    return (await source.read()) ?? [];
  } finally {
    source.close();
  }
}

/** The listeners in this process's network namespace, now, with their owners. */
export async function listeners(): Promise<Listener[]> {
  return await withOwners(await boundSockets());
}

/** Leaves out the facts about a socket that this user is not allowed to read. */
export async function withOwners(sockets: readonly BoundSocket[], proc = "/proc"): Promise<Listener[]> {
  const inodes = sockets.flatMap(({ inode }) => inode ?? []);
  return toListeners(sockets, await createOwnerSearch(proc).find(inodes, true));
}
