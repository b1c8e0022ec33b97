import type { ReportedListener, SensorRecord } from "../../contract/index.ts";
import type { Instant, Period } from "../../model/index.ts";
import { listenerKey } from "../../sensing/listeners/index.ts";
import type { Placed } from "./placing.ts";

/** What the record holds of one machine, as its sensor left it. */
export interface Sight {
  /** The stretch it is looking through, both ends included; undefined when sight was lost and has not begun again. */
  readonly covered: Period | undefined;
  /** The end of the last stretch before. */
  readonly lastCovered: Instant | undefined;
  readonly listening: ReadonlyMap<string, ListenerInterval>;
  readonly addresses: readonly string[];
}

export interface ListenerInterval {
  readonly listener: ReportedListener;
  readonly from: Instant;
  readonly estimated: boolean;
}

/** What came or went: at an instant, or at some time in a stretch that nobody saw. */
export interface ListenerChange {
  readonly kind: "appeared" | "vanished";
  readonly listener: ReportedListener;
  readonly at: Instant;
  /** It happened at some time since then. */
  readonly unseenSince?: Instant | undefined;
}

export interface Folded {
  readonly sight: Sight;
  /** Intervals that are new in the record, with an end when they ended in the same report. */
  readonly began: readonly (ListenerInterval & { readonly key: string; readonly to?: Instant | undefined })[];
  /** Intervals that the record held open. */
  readonly ended: readonly { readonly key: string; readonly to: Instant }[];
  readonly coverage: readonly Period[];
  readonly gaps: readonly (Period & { readonly cause: string })[];
  readonly addresses: readonly { readonly from: Instant; readonly addresses: readonly string[] }[];
  readonly changes: readonly ListenerChange[];
}

export interface PlacedRecord {
  readonly record: SensorRecord;
  readonly placed: Placed;
  /** Records before it never came. */
  readonly afterHole: boolean;
}

/** Folds records into what is held. Time never runs backwards here: what is placed before what is held comes just after. */
export function foldRecords(before: Sight, records: readonly PlacedRecord[], until: Placed | undefined): Folded {
  let { covered, lastCovered, addresses } = before;
  const listening = new Map(before.listening);
  const fresh = new Set<string>();
  const began: (ListenerInterval & { key: string; to?: Instant })[] = [];
  const ended: { key: string; to: Instant }[] = [];
  const coverage: Period[] = [];
  const gaps: (Period & { cause: string })[] = [];
  const moved: { from: Instant; addresses: readonly string[] }[] = [];
  const changes: ListenerChange[] = [];

  const end = (key: string, to: Instant): void => {
    const interval = listening.get(key);
    if (interval === undefined) return;
    listening.delete(key);
    if (fresh.delete(key)) began.push({ ...interval, key, to });
    else ended.push({ key, to });
  };
  const begin = (listener: ReportedListener, { at, estimated }: Placed): void => {
    const key = listenerKey(listener);
    if (listening.has(key)) return;
    listening.set(key, { listener, from: at, estimated });
    fresh.add(key);
  };
  const move = (now: readonly string[], at: Instant): void => {
    const sorted = [...now].sort();
    if (sorted.join() === addresses.join()) return;
    addresses = sorted;
    moved.push({ from: at, addresses: sorted });
  };
  /** Sight ends just after it was last sure: nothing that was listening is taken to have gone on. */
  const lose = (): Map<string, ListenerInterval> => {
    const last = new Map(listening);
    if (covered === undefined) return last;
    for (const key of last.keys()) end(key, covered.to + 1);
    coverage.push(covered);
    lastCovered = covered.to;
    covered = undefined;
    return last;
  };

  for (const { record, placed, afterHole } of records) {
    const earliest = (covered?.to ?? lastCovered ?? -Infinity) + 1;
    const at = Math.max(placed.at, earliest);
    const now = { at, estimated: placed.estimated };
    if (afterHole) lose();
    switch (record.kind) {
      case "begin":
      case "snapshot": {
        const wanted = new Map(record.listeners.map((each) => [listenerKey(each), each]));
        const first = covered === undefined && lastCovered === undefined;
        const held = record.kind === "begin" ? lose() : new Map(listening);
        const unseenSince = covered === undefined ? lastCovered : undefined;
        if (covered === undefined && !first && lastCovered !== undefined) {
          const cause = record.kind === "begin" ? record.cause : "asked";
          gaps.push({ cause, from: lastCovered, to: at });
        }
        covered ??= { from: at, to: at };
        for (const [key, { listener }] of held) {
          if (wanted.has(key)) continue;
          end(key, at);
          changes.push({ kind: "vanished", listener, at, unseenSince });
        }
        for (const [key, listener] of wanted) {
          if (!held.has(key)) changes.push({ kind: "appeared", listener, at, unseenSince });
          begin(listener, now);
        }
        move(record.addresses, at);
        break;
      }
      case "change":
        if (covered === undefined) continue;
        for (const listener of record.vanished) {
          const key = listenerKey(listener);
          if (!listening.has(key)) continue;
          end(key, at);
          changes.push({ kind: "vanished", listener, at });
        }
        for (const listener of record.appeared) {
          if (listening.has(listenerKey(listener))) continue;
          begin(listener, now);
          changes.push({ kind: "appeared", listener, at });
        }
        break;
      case "seen":
        if (covered === undefined) continue;
        break;
    }
    covered = { from: covered.from, to: at };
  }
  if (covered !== undefined && until !== undefined && until.at > covered.to) {
    covered = { from: covered.from, to: until.at };
  }
  for (const key of fresh) {
    const interval = listening.get(key);
    if (interval !== undefined) began.push({ ...interval, key });
  }
  return {
    sight: { covered, lastCovered, listening, addresses },
    began,
    ended,
    coverage,
    gaps,
    addresses: moved,
    changes,
  };
}
