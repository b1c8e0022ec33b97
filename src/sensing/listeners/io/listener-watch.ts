import { setTimeout as sleep } from "node:timers/promises";
import type { Duration } from "../../../model/index.ts";
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
  /**
   * Everything that listens, as it was at `asOf`: after each change as soon as it is known whose it is, and at each poll
   * that found nothing new. The same array means the same listeners.
   */
  onSight?(sight: { readonly listeners: readonly Listener[]; readonly asOf: number }): void;
  /** Where `asOf` comes from, in milliseconds; by default the clock of this process. */
  now?(): number;
  /** How long whose it is may wait for what is done at once. */
  readonly nameAfter?: Duration;
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
  const { source, search, snapshotEvery = SNAPSHOT_EVERY, nameAfter = NAME_AFTER } = deps;
  const now = deps.now ?? (() => performance.now());
  let sockets: readonly BoundSocket[] = [];
  /** When the sockets were last seen to be these. */
  let seenAt = now();
  let sight: readonly Listener[] = [];
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
  let searching = false;
  /** What polls cost in the mean over some, and what the last search did. */
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
      .then(() => sleep(Math.max(nameAfter, REST * searchTook)))
      .then(async () => {
        waiting = false;
        if (stopped) return;
        searching = true;
        const began = spent();
        const asOf = seenAt;
        const named = byKey(await owned(sockets, anew), listenerKey);
        searchTook = spent() - began;
        const changes = known === undefined ? undefined : changesBetween(known, named);
        if (known === undefined || changes !== undefined) sight = [...named.values()];
        known = named;
        if (changes !== undefined) deps.onListeners(changes);
        deps.onSight?.({ listeners: sight, asOf });
      })
      .catch(deps.onProblem)
      .finally(() => (searching = false));
  }

  async function poll(): Promise<void> {
    const began = now();
    const read = await source.read();
    seenAt = began;
    const snapshot = performance.now() >= snapshotAt;
    if (snapshot) snapshotAt = performance.now() + snapshotEvery;
    if (read !== undefined) {
      sockets = read;
      const found = byKey(read, bindingKey);
      const changes = bound === undefined ? undefined : changesBetween(bound, found);
      bound = found;
      if (changes !== undefined) deps.onSockets(changes);
    }
    if (bound !== undefined && (read !== undefined || snapshot)) name(snapshot);
    // While somebody is looked for, what is known is not yet all that was seen.
    else if (known !== undefined && !waiting && !searching) deps.onSight?.({ listeners: sight, asOf: seenAt });
  }

  async function turn(): Promise<void> {
    const began = spent();
    await poll().catch(deps.onProblem);
    pollTook += (spent() - began - pollTook) / 10;
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

/**
 * What this thread has cost so far, in milliseconds of a processor. How long something took would count the waiting for
 * one, too: on a busy machine the watch would become slower just when it is needed.
 */
function spent(): Duration {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
