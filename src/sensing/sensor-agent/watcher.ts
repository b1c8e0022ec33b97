import type { ReportedListener, SensorMoment } from "../../contract/index.ts";
import type { Duration } from "../../model/index.ts";
import { listenerKey, type Listener } from "../listeners/index.ts";
import { changeRecord, toReported, type NewRecord, type SightLost } from "./report.ts";
import { createSettled } from "./settled.ts";

export interface WatcherDeps {
  /** False when there was no room: what was to be told is then as if it had not been seen. */
  append(record: NewRecord): boolean;
  at(elapsed: number): SensorMoment;
  /** Of the machine's interfaces, now. */
  addresses(): readonly string[];
  /** Whether the machine slept since this was last asked. */
  slept(): boolean;
  /** Sights are further apart than this only when nobody could look. */
  readonly blindAfter: Duration;
  /** More listeners than this are not told of. */
  readonly most: number;
  onRecorded(): void;
  onTooMany(count: number): void;
  /** From now on what is seen cannot be kept, until the server has taken some of it. */
  onFull(): void;
}

/** Turns what is seen on the machine into records: what changed, and when it could not be seen. */
export interface Watcher {
  /** Everything that listens, as of `asOf` by the clock that nobody sets. */
  sight(sight: { readonly listeners: readonly Listener[]; readonly asOf: number }): void;
  /** Tells everything anew with the next sight. */
  lose(cause: SightLost): void;
  /** Up to when everything that was seen is in the journal; undefined while something is missing. */
  until(): SensorMoment | undefined;
  /** For when nobody can be told: that it looked until now will have been kept. */
  keepSeen(): void;
  /** All of it once more, with no break in between; with `ifMoved` only when the machine's addresses have changed. */
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
    // TCP first: of UDP there can be very many, and less is known by them.
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
      // Without room for it less will be known to have been looked at, and nothing that was seen is lost.
      deps.append({ kind: "seen", at: deps.at(seenUntil) });
    },
    snapshot(ifMoved) {
      if (ifMoved !== undefined && deps.addresses().join() === toldAddresses) return;
      if (lost !== undefined || seenUntil === undefined) return;
      record({ kind: "snapshot", at: deps.at(seenUntil), ...listing() });
    },
  };
}
