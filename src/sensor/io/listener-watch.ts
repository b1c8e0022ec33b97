import { setTimeout as sleep } from "node:timers/promises";
import type { Duration } from "../../model/index.ts";
import { bindingKey, type BoundSocket } from "../bound-socket.ts";
import { byKey, changesBetween, type Changes } from "../changes.ts";
import { listenerKey, toListeners, type Listener } from "../listener.ts";
import type { OwnerSearch } from "./owners.ts";
import type { SocketSource } from "./socket-source.ts";

export interface ListenerWatchDeps {
  readonly source: SocketSource;
  readonly search: OwnerSearch;
  /** How often everything is read anew, the owners too, and reconciled with what is held. */
  readonly snapshotEvery?: Duration;
  /** At once, by the kernel's table alone: where something began or ceased to wait. */
  onSockets(changes: Changes<BoundSocket>): void;
  /** As soon as it is known whose it is. */
  onListeners(changes: Changes<Listener>): void;
  onProblem(problem: unknown): void;
}

export interface ListenerWatch {
  stop(): Promise<void>;
}

const SNAPSHOT_EVERY: Duration = 30_000;
/** Looking through /proc is left for when the look at the port is under way, and done once for a burst. */
const NAME_AFTER: Duration = 100;
/** What took long is done again only after so many times as long: sockets that come and go all the time cost no more. */
const REST = 20;

/**
 * Tells what begins and what ceases to listen on this machine. What is there at first is no news. What comes and goes
 * again between two polls is not seen.
 */
export async function watchListeners(deps: ListenerWatchDeps): Promise<ListenerWatch> {
  const { source, search, snapshotEvery = SNAPSHOT_EVERY } = deps;
  let sockets: readonly BoundSocket[] = [];
  /** Undefined until the system has told what there is for the first time. */
  let bound: ReadonlyMap<string, BoundSocket> | undefined;
  let known: ReadonlyMap<string, Listener> | undefined;
  let snapshotAt = performance.now() + snapshotEvery;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let polling: Promise<void> = Promise.resolve();
  let naming: Promise<void> = Promise.resolve();
  /** One search at a time; while one waits, a further one would find the same. */
  let waiting = false;
  /** How long polls take in the mean, and how long the last search took. */
  let pollTook: Duration = 0;
  let searchTook: Duration = 0;

  async function owned(of: readonly BoundSocket[], anew: boolean): Promise<Listener[]> {
    const inodes = of.flatMap(({ inode }) => inode ?? []);
    return toListeners(of, await search.find(inodes, anew));
  }

  function name(anew: boolean): void {
    if (waiting) return;
    waiting = true;
    naming = naming
      .then(() => sleep(Math.max(NAME_AFTER, REST * searchTook)))
      .then(async () => {
        waiting = false;
        if (stopped) return;
        const began = performance.now();
        const now = byKey(await owned(sockets, anew), listenerKey);
        searchTook = performance.now() - began;
        const changes = known === undefined ? undefined : changesBetween(known, now);
        known = now;
        if (changes !== undefined) deps.onListeners(changes);
      })
      .catch(deps.onProblem);
  }

  async function poll(): Promise<void> {
    const read = await source.read();
    const snapshot = performance.now() >= snapshotAt;
    if (snapshot) snapshotAt = performance.now() + snapshotEvery;
    if (read !== undefined) {
      sockets = read;
      const now = byKey(read, bindingKey);
      const changes = bound === undefined ? undefined : changesBetween(bound, now);
      bound = now;
      if (changes !== undefined) deps.onSockets(changes);
    }
    if (bound !== undefined && (read !== undefined || snapshot)) name(snapshot);
  }

  async function turn(): Promise<void> {
    const began = performance.now();
    await poll().catch(deps.onProblem);
    // In the mean over some: one at which this process had to wait for a processor says nothing of the cost.
    pollTook += (performance.now() - began - pollTook) / 10;
    if (!stopped) next();
  }

  function next(): void {
    const pause = Math.max(source.pollEvery(), REST * pollTook);
    timer = setTimeout(() => {
      polling = turn();
    }, pause);
  }
  await turn();
  await naming;

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await polling;
      await naming;
      source.close();
    },
  };
}
