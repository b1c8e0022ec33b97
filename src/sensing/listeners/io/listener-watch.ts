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
  /** How often everything is read again, the owners too, and reconciled with the present state. */
  readonly snapshotEvery?: Duration;
  /** At once, from the kernel's table alone: the endpoints where a socket began or ceased to listen. */
  onSockets(changes: Changes<BoundSocket>): void;
  /** As soon as the owner is known. */
  onListeners(changes: Changes<Listener>): void;
  /**
   * All listeners as of `asOf`: after each change as soon as the owners are known, and at each poll without changes.
   * The same array means the same listeners.
   */
  onSight?(sight: { readonly listeners: readonly Listener[]; readonly asOf: number }): void;
  /** The clock for `asOf`, in milliseconds; by default the clock of this process. */
  now?(): number;
  /** How long the search for owners can wait for the immediate work. */
  readonly nameAfter?: Duration;
  onProblem(problem: unknown): void;
}

export interface ListenerWatch {
  stop(): Promise<void>;
}

const SNAPSHOT_EVERY: Duration = 30_000;
/** The search through /proc waits until the probe of the port is under way, and runs once for a burst. */
const NAME_AFTER: Duration = 100;
/**
 * A slow search is repeated only after this multiple of its duration, so sockets that come and go all the time do not
 * cost more.
 */
const REST = 20;

/**
 * Reports listeners of this machine that start and stop. Those present at the start are not reported as new. A listener
 * that comes and goes between two polls is not seen.
 */
export async function watchListeners(deps: ListenerWatchDeps): Promise<ListenerWatch> {
  const { source, search, snapshotEvery = SNAPSHOT_EVERY, nameAfter = NAME_AFTER } = deps;
  const now = deps.now ?? (() => performance.now());
  let sockets: readonly BoundSocket[] = [];
  /** When the sockets were last seen to be these. */
  let seenAt = now();
  let sight: readonly Listener[] = [];
  /** Undefined until the system has reported its listeners for the first time. */
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
  /** The mean cost of recent polls, and the cost of the last search. */
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
    // While an owner is being searched for, the known listeners are not yet all that were seen.
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
 * Processor time of this thread so far, in milliseconds. Wall time would include waiting for a processor: on a busy
 * machine the watch would become slower just when it is needed.
 */
function spent(): Duration {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
