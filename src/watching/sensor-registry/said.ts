import type { ReportedListener, SensorRecord } from "../../contract/index.ts";
import type { Instant } from "../../model/index.ts";
import type { Keyed, Placed, Said } from "../../record/history/index.ts";
import { listenerKey } from "../../sensing/listeners/index.ts";

export interface PlacedRecord {
  readonly record: SensorRecord;
  readonly placed: Placed;
  /** Records before it never arrived. */
  readonly afterHole: boolean;
}

/** A sensor's record, and the addresses of its machine where it named them. */
export interface SensorSaid {
  readonly said: Said<ReportedListener>;
  readonly addresses?: readonly string[] | undefined;
}

/** The records of a sensor in the form that the history takes. */
export function saidBy(records: readonly PlacedRecord[]): SensorSaid[] {
  return records.flatMap(({ record, placed, afterHole }): SensorSaid[] => {
    const { said, addresses } = saidIn(record, placed);
    return [...(afterHole ? [{ said: { kind: "lost" as const } }] : []), { said, addresses }];
  });
}

function saidIn(record: SensorRecord, placed: Placed): SensorSaid {
  switch (record.kind) {
    case "begin":
    case "snapshot": {
      const begins = record.kind === "begin";
      const cause = record.kind === "begin" ? record.cause : "asked";
      const { addresses } = record;
      return { said: { kind: "all", placed, begins, cause, values: new Map(keyed(record.listeners)) }, addresses };
    }
    case "change": {
      const { appeared, vanished } = record;
      return { said: { kind: "changed", placed, appeared: keyed(appeared), vanished: keyed(vanished) } };
    }
    case "seen":
      return { said: { kind: "unchanged", placed } };
  }
}

function keyed(listeners: readonly ReportedListener[]): Keyed<ReportedListener>[] {
  return listeners.map((listener) => [listenerKey(listener), listener]);
}

export interface AddressChange {
  readonly from: Instant;
  readonly addresses: readonly string[];
}

/** How the machine's addresses changed, dated like the records themselves. `held`: the addresses in the record. */
export function addressChanges(
  said: readonly SensorSaid[],
  counted: readonly (Instant | undefined)[],
  held: readonly string[],
): AddressChange[] {
  const changes: AddressChange[] = [];
  let last = held;
  for (const [index, { addresses }] of said.entries()) {
    const from = counted[index];
    if (addresses === undefined || from === undefined) continue;
    const sorted = [...addresses].sort();
    if (sorted.join() === last.join()) continue;
    changes.push({ from, addresses: sorted });
    last = sorted;
  }
  return changes;
}
