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

  async function owned(of: readonly BoundSocket[], anew: boolean): Promise<Listener[]> {
    const inodes = of.flatMap(({ inode }) => inode ?? []);
    return toListeners(of, await search.find(inodes, anew));
  }

  function name(anew: boolean): void {
    if (waiting) return;
    waiting = true;
    naming = naming
      .then(async () => {
        waiting = false;
        if (stopped) return;
        const now = byKey(await owned(sockets, anew), listenerKey);
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
    if (read !== undefined || snapshot) name(snapshot);
  }

  async function turn(): Promise<void> {
    await poll().catch(deps.onProblem);
    if (!stopped) next();
  }

  function next(): void {
    timer = setTimeout(() => {
      polling = turn();
    }, source.pollEvery());
  }
  await turn();

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
