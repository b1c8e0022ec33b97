import type { ReportedListener } from "../../contract/index.ts";
import { formatInstant, type Entry, type EntryOf, type Instant, type Period } from "../../model/index.ts";
import { inBatches, type WatchFold } from "../../record/history/index.ts";
import type { Description } from "./description.ts";
import { plain } from "./entries.ts";
import type { AddressChange } from "./said.ts";

/** The sensor that an entry is about. */
export interface SensorOf {
  readonly id: number;
  readonly name: string;
}

/** What the evidence log records of the intervals and stretches of a sensor that a report changed. */
export function watchEntries(
  sensor: SensorOf,
  { began, ended, coverage }: Pick<WatchFold<ReportedListener>, "began" | "ended" | "coverage">,
  at: Instant,
): Entry[] {
  const batches = inBatches({
    began: began.map(
      ({ key, since, to, estimated, value }) =>
        [key, formatInstant(since), to === undefined ? null : formatInstant(to), estimated, plain(value)] as const,
    ),
    ended: ended.map(({ key, since, to }) => [key, formatInstant(since), formatInstant(to)] as const),
  });
  return [
    ...coverage.map((stretch): Entry => ({
      type: "sensor-watched",
      at,
      data: { ...whoIs(sensor), ...spanOf(stretch), ended: true },
    })),
    ...batches.map((lists): Entry => ({ type: "listeners-observed", at, data: { ...whoIs(sensor), ...lists } })),
  ];
}

/** The stretch that a sensor is watching, as far as its reports show. */
export function watchingEntry(
  sensor: SensorOf,
  covered: Period,
  reportedAt: Instant,
  at: Instant,
): EntryOf<"sensor-watched"> {
  const data = { ...whoIs(sensor), ...spanOf(covered), ended: false, reportedAt: formatInstant(reportedAt) };
  return { type: "sensor-watched", at, data };
}

/** `begun`: whether the journal began with this report. */
export function describedEntry(
  sensor: SensorOf,
  { host, version, interval, journal, clock, skew }: Description,
  begun: boolean,
  at: Instant,
): EntryOf<"sensor-described"> {
  return {
    type: "sensor-described",
    at,
    data: {
      ...whoIs(sensor),
      reportedAt: formatInstant(at),
      host,
      version,
      intervalMilliseconds: interval,
      ...(begun ? { journal } : {}),
      clock: { name: clock.name, zero: formatInstant(clock.zero) },
      ...(skew === undefined ? {} : { skew }),
    },
  };
}

export function addressEntries(sensor: SensorOf, changes: readonly AddressChange[], at: Instant): Entry[] {
  const listed = changes.map(({ from, addresses }) => [formatInstant(from), addresses] as const);
  return inBatches({ changes: listed }).map((lists) => ({
    type: "sensor-addresses-changed",
    at,
    data: { ...whoIs(sensor), ...lists },
  }));
}

function whoIs({ id, name }: SensorOf): { readonly sensor: number; readonly name: string } {
  return { sensor: id, name };
}

function spanOf({ from, to }: Period): { readonly from: string; readonly until: string } {
  return { from: formatInstant(from), until: formatInstant(to) };
}
