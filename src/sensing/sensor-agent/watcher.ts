import type { ReportedListener, SensorMoment } from "../../contract/index.ts";
import type { Duration } from "../../model/index.ts";
import { listenerKey, type Listener } from "../listeners/index.ts";
import { changeRecord, toReported, type NewRecord, type SightLost } from "./report.ts";
import { createSettled } from "./settled.ts";

export interface WatcherDeps {
  /** False if there was no room: the record then counts as not observed. */
  append(record: NewRecord): boolean;
  at(elapsed: number): SensorMoment;
  /** Of the machine's interfaces, now. */
  addresses(): readonly string[];
  /** Whether the machine has slept since the last call. */
  slept(): boolean;
  /** Observations are further apart than this only if none was possible. */
  readonly blindAfter: Duration;
  /** More listeners than this are not reported. */
  readonly most: number;
  onRecorded(): void;
  onTooMany(count: number): void;
  /** There was no room for a change: a gap begins. It ends with the next full report that fits, which may be a small one. */
  onFull(): void;
}

/** Turns observations of the machine into records: the changes, and the times without observation. */
export interface Watcher {
  /** All listeners, as of `asOf` by the clock that nobody can set. */
  sight(sight: { readonly listeners: readonly Listener[]; readonly asOf: number }): void;
  /** Reports everything again with the next observation. */
  lose(cause: SightLost): void;
  /** The time up to which every observation is in the journal; undefined while one is missing. */
  until(): SensorMoment | undefined;
  /** Records that it observed until now, for times when no report can be sent. */
  keepSeen(): void;
  /** A full report, without a gap; with `ifMoved` only if the machine's addresses have changed. */
  snapshot(ifMoved?: "if-moved"): void;
}

export function createWatcher(deps: WatcherDeps): Watcher {
  let lost: SightLost | undefined = "started";
  let told: ReadonlyMap<string, ReportedListener> = new Map();
  let toldAddresses = "";
  let last: readonly Listener[] | undefined;
  let seenUntil: number | undefined;
  const settled = createSettled();

  function keyed(listeners: readonly Listener[]): Map<string, ReportedListener> {
    const reported = listeners.map(toReported);
    if (reported.length > deps.most) deps.onTooMany(reported.length);
    // TCP first: there can be very many UDP sockets, and they reveal less.
    const some = [...reported].sort((a, b) => a.transport.localeCompare(b.transport)).slice(0, deps.most);
    return new Map(some.map((each) => [listenerKey(each), each]));
  }

  function listing(): { listeners: ReportedListener[]; addresses: string[] } {
    const addresses = [...deps.addresses()];
    toldAddresses = addresses.join();
    return { listeners: [...told.values()], addresses };
  }

  function record(made: NewRecord): boolean {
    if (!deps.append(made)) {
      if (lost === undefined) deps.onFull();
      lost ??= "buffer-full";
      return false;
    }
    deps.onRecorded();
    return true;
  }

  return {
    sight({ listeners, asOf }) {
      if (seenUntil !== undefined && asOf - seenUntil > deps.blindAfter) lost ??= deps.slept() ? "suspended" : "blind";
      const standing = settled(listeners, asOf);
      if (lost === undefined && standing === last) {
        seenUntil = asOf;
        return;
      }
      const now = keyed(standing);
      const at = deps.at(asOf);
      if (lost === undefined) {
        const change = changeRecord(told, now, at);
        if (change !== undefined && !record(change)) return;
        told = now;
      } else {
        told = now;
        if (!record({ kind: "begin", at, cause: lost, ...listing() })) return;
        lost = undefined;
      }
      last = standing;
      seenUntil = asOf;
    },
    lose(cause) {
      lost ??= cause;
    },
    until: () => (lost !== undefined || seenUntil === undefined ? undefined : deps.at(seenUntil)),
    keepSeen() {
      if (lost !== undefined || seenUntil === undefined) return;
      // Without room for it, the known coverage is shorter, but no observation is lost.
      deps.append({ kind: "seen", at: deps.at(seenUntil) });
    },
    snapshot(ifMoved) {
      if (ifMoved !== undefined && deps.addresses().join() === toldAddresses) return;
      if (lost !== undefined || seenUntil === undefined) return;
      record({ kind: "snapshot", at: deps.at(seenUntil), ...listing() });
    },
  };
}
