import { formatInstant, type Entry, type Instant, type JsonValue } from "../../model/index.ts";
import type { ReportedListener } from "../../contract/index.ts";
import type { ValueChange, WatchFold } from "../../record/history/index.ts";

declare module "../../model/entry.ts" {
  interface EntryData {
    "sensor-invited": { readonly name: string; readonly requestedBy: string; readonly expiresAt: string };
    "sensor-enrolled": {
      readonly sensor: number;
      readonly name: string;
      readonly vantage: string;
      readonly keyId: string;
      readonly publicKey: string;
      readonly host: string;
      readonly platform: string;
      readonly version: string;
      readonly invitedBy: string;
    };
    /** Absent if the name was invited but no sensor enrolled under it. */
    "sensor-revoked": {
      readonly name: string;
      readonly requestedBy: string;
      readonly reason: string;
      readonly sensor?: number;
      readonly keyId?: string;
    };
    "sensor-gap-recorded": {
      readonly sensor: number;
      readonly name: string;
      readonly cause: string;
      readonly from: string;
      readonly to: string;
    };
    "listeners-changed": {
      readonly sensor: number;
      readonly name: string;
      /** Numbers in the sensor's journal. */
      readonly records: readonly [first: number, last: number];
      readonly skewMilliseconds: number;
      readonly changes: readonly { readonly [field: string]: JsonValue }[];
    };
  }
}

/** An entry has at most a mebibyte; a change with the longest names takes about a kilobyte. */
const CHANGES = 500;

/**
 * What the evidence log records of a report: gaps, and the listeners that appeared or ended. A report that says "as
 * before" makes no entries.
 */
export function reportEntries(
  sensor: { readonly id: number; readonly name: string },
  folded: Pick<WatchFold<ReportedListener>, "gaps" | "changes">,
  facts: { readonly records: readonly [first: number, last: number]; readonly skew: number },
  at: Instant,
): Entry[] {
  const who = { sensor: sensor.id, name: sensor.name };
  const entries: Entry[] = folded.gaps.map(({ cause, from, to }) => ({
    type: "sensor-gap-recorded",
    at,
    data: { ...who, cause, from: formatInstant(from), to: formatInstant(to) },
  }));
  for (let first = 0; first < folded.changes.length; first += CHANGES) {
    const changes = folded.changes.slice(first, first + CHANGES).map(changeData);
    entries.push({
      type: "listeners-changed",
      at,
      data: { ...who, records: facts.records, skewMilliseconds: Math.round(facts.skew), changes },
    });
  }
  return entries;
}

function changeData({ kind, value, at, unseenSince }: ValueChange<ReportedListener>): { [key: string]: JsonValue } {
  return {
    kind,
    at: formatInstant(at),
    ...(unseenSince === undefined ? {} : { unseenSince: formatInstant(unseenSince) }),
    listener: plain(value),
  };
}

function plain(listener: ReportedListener): { [key: string]: JsonValue } {
  return Object.fromEntries(
    Object.entries(listener).filter((field): field is [string, string | number | boolean] => field[1] !== undefined),
  );
}
