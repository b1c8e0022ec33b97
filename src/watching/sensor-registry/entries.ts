import { formatInstant, type Entry, type Instant, type JsonValue } from "../../model/index.ts";
import type { ReportedListener } from "../../contract/index.ts";
import type { ValueChange, WatchFold } from "../../record/history/index.ts";

declare module "../../model/entry.ts" {
  interface EntryData {
    "sensor-invited": {
      readonly name: string;
      readonly requestedBy: string;
      readonly expiresAt: string;
      /** Its number, which its enrolment and its revocation name. */
      readonly invitation?: number;
      /** Hex SHA-256 of the token: 32 random bytes, which nobody can guess. */
      readonly tokenSha256?: string;
    };
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
      readonly invitation?: number;
      /** The number of the source under which the history keeps its observations. */
      readonly source?: number;
    };
    /** Absent if the name was invited but no sensor enrolled under it. */
    "sensor-revoked": {
      readonly name: string;
      readonly requestedBy: string;
      readonly reason: string;
      readonly sensor?: number;
      readonly keyId?: string;
      /** Open invitations under the name, which ended with it. */
      readonly invitations?: readonly number[];
    };
    "sensor-gap-recorded": {
      readonly sensor: number;
      readonly name: string;
      readonly cause: string;
      readonly from: string;
      readonly to: string;
    };
    /**
     * A stretch that the sensor watched without a break: when it begins, once an hour while it lasts, and when it ended.
     * What the record has beyond `until` of a stretch that lasts is not signed yet.
     */
    "sensor-watched": {
      readonly sensor: number;
      readonly name: string;
      readonly from: string;
      readonly until: string;
      readonly ended: boolean;
      /** The latest report. Absent if the stretch ended. */
      readonly reportedAt?: string;
    };
    /** The sensor and its clocks, as its report at `reportedAt` tells: with the first, when they change, and once a day. */
    "sensor-described": {
      readonly sensor: number;
      readonly name: string;
      readonly reportedAt: string;
      readonly host: string;
      readonly version: string;
      readonly intervalMilliseconds: number;
      /** Only of a journal that began with this report. */
      readonly journal?: string;
      /** A run of the machine, and when its monotonic clock was at zero by the server's clock. */
      readonly clock: { readonly name: string; readonly zero: string };
      /** How far its wall clock is ahead, and how far off the measurement may be. */
      readonly skew?: { readonly milliseconds: number; readonly uncertainty: number };
    };
    "sensor-addresses-changed": {
      readonly sensor: number;
      readonly name: string;
      /** All addresses of the machine's interfaces, each list from its time on. */
      readonly changes: readonly (readonly [from: string, addresses: readonly string[]])[];
    };
    /**
     * Intervals of listeners in the record. After a break in the watch all begin again, whether they changed or not;
     * `listeners-changed` has the changes alone.
     */
    "listeners-observed": {
      readonly sensor: number;
      readonly name: string;
      /** Those that ended in the same report have an end; the others last until an entry states it. */
      readonly began: readonly (readonly [
        key: string,
        since: string,
        until: string | null,
        estimated: boolean,
        listener: { readonly [field: string]: JsonValue },
      ])[];
      readonly ended: readonly (readonly [key: string, since: string, until: string])[];
    };
    /** What a step of the clock took back of a sensor, in as many entries as it takes. */
    "sensor-set-back": {
      readonly sensor: number;
      readonly name: string;
      /** The time that the clock was set to. A later report, or a later enrolment, counts as of then. */
      readonly to: string;
      readonly reportedAt?: string;
      readonly enrolledAt?: string;
      /** Stretches, and until when each counts since; null: it does not count at all. */
      readonly stretches: readonly (readonly [from: string, until: string | null])[];
      /** Listeners that began after the step: they are no longer recorded. */
      readonly removed: readonly (readonly [key: string, since: string])[];
      /** Listeners that lasted beyond the step. */
      readonly shortened: readonly (readonly [key: string, since: string, until: string])[];
      /** Lists of addresses that were dated after the step: the latest is in force since the step. */
      readonly addresses: readonly string[];
      /** Clocks that were measured by the clock that ran ahead. */
      readonly clocks: readonly string[];
    };
    "listeners-changed": {
      readonly sensor: number;
      readonly name: string;
      /** Numbers in the sensor's journal. */
      readonly records: readonly [first: number, last: number];
      /** The last record of the journal that was taken by then, from a report that may have changed nothing. */
      readonly taken?: number;
      readonly skewMilliseconds: number;
      readonly changes: readonly { readonly [field: string]: JsonValue }[];
    };
  }
}

/** An entry has at most a mebibyte; a change with the longest names takes about a kilobyte. */
const CHANGES = 500;

/**
 * What the evidence log records of a report: gaps, and the listeners that appeared or ended. `isStated`: which records
 * were taken is stated even if nothing changed. A report that says "as before" makes no entries.
 */
export function reportEntries(
  sensor: { readonly id: number; readonly name: string },
  folded: Pick<WatchFold<ReportedListener>, "gaps" | "changes">,
  facts: {
    readonly records: readonly [first: number, last: number];
    readonly isStated: boolean;
    readonly skew: number;
  },
  at: Instant,
): Entry[] {
  const who = { sensor: sensor.id, name: sensor.name };
  const entries: Entry[] = folded.gaps.map(({ cause, from, to }) => ({
    type: "sensor-gap-recorded",
    at,
    data: { ...who, cause, from: formatInstant(from), to: formatInstant(to) },
  }));
  const { records, isStated, skew } = facts;
  const taken = isStated ? { taken: records[1] } : {};
  for (let first = 0; first < folded.changes.length || (first === 0 && isStated); first += CHANGES) {
    const changes = folded.changes.slice(first, first + CHANGES).map(changeData);
    const data = { ...who, records, ...taken, skewMilliseconds: Math.round(skew), changes };
    entries.push({ type: "listeners-changed", at, data });
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

export function plain(listener: ReportedListener): { [key: string]: JsonValue } {
  return Object.fromEntries(
    Object.entries(listener).filter((field): field is [string, string | number | boolean] => field[1] !== undefined),
  );
}
