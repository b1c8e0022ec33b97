import type { BoundSocket } from "../bound-socket.ts";
import { toListeners, type Listener } from "../listener.ts";
import { createOwnerSearch } from "./owners.ts";
import { openSocketSource } from "./socket-source.ts";

/** The sockets in wait in this process's network namespace, now, without asking whose they are: that is what costs. */
export async function boundSockets(): Promise<BoundSocket[]> {
  const source = openSocketSource();
  try {
    return (await source.read()) ?? [];
  } finally {
    source.close();
  }
}

/** Who listens in this process's network namespace, now. */
export async function listeners(): Promise<Listener[]> {
  return await withOwners(await boundSockets());
}

/** What nobody may tell this user of a socket is left out. */
export async function withOwners(sockets: readonly BoundSocket[], proc = "/proc"): Promise<Listener[]> {
  const inodes = sockets.flatMap(({ inode }) => inode ?? []);
  return toListeners(sockets, await createOwnerSearch(proc).find(inodes, true));
}
