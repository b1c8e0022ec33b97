import type { ReportedListener } from "../../contract/index.ts";
import {
  formatInstant,
  type Entry,
  type EntryData,
  type EntryOf,
  type Instant,
  type Period,
} from "../../model/index.ts";
import { inBatches, type SourceSetBack, type WatchFold } from "../../record/history/index.ts";
import type { Description } from "./description.ts";
import { plain } from "./entries.ts";
import type { AddressChange } from "./said.ts";

/** The sensor that an entry is about. */
export interface SensorOf {
  readonly id: number;
  readonly name: string;
}

/** What a step of the clock to `at` took back of a sensor. */
export interface SensorSetBack {
  readonly at: Instant;
  /** Whether its last report, or its enrolment, was dated after the step. */
  readonly reportedAt: boolean;
  readonly enrolledAt: boolean;
  readonly source: SourceSetBack | undefined;
  /** The times of the lists of addresses that were dated after the step. */
  readonly addresses: readonly Instant[];
  readonly clocks: readonly string[];
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
    ...coverage.map((stretch) => endedEntry(sensor, stretch, at)),
    ...batches.map((lists): Entry => ({ type: "listeners-observed", at, data: { ...whoIs(sensor), ...lists } })),
  ];
}

function endedEntry(sensor: SensorOf, stretch: Period, at: Instant): EntryOf<"sensor-watched"> {
  return { type: "sensor-watched", at, data: { ...whoIs(sensor), ...spanOf(stretch), ended: true } };
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

/** What a step of the clock took back of a sensor; none if it concerns nothing of it. */
export function setBackEntries(sensor: SensorOf, back: SensorSetBack, recordedAt: Instant): Entry[] {
  const { at, reportedAt, enrolledAt, source, addresses, clocks } = back;
  const { ended, cut = [], removed = [], shortened = [] } = source ?? {};
  const times = {
    ...(reportedAt ? { reportedAt: formatInstant(at) } : {}),
    ...(enrolledAt ? { enrolledAt: formatInstant(at) } : {}),
  };
  const none = { stretches: [], removed: [], shortened: [], addresses: [], clocks: [] };
  const batches = inBatches({
    stretches: cut.map(({ from, until }) => [formatInstant(from), until === undefined ? null : formatInstant(until)]),
    removed: removed.map(({ key, since }) => [key, formatInstant(since)] as const),
    shortened: shortened.map(({ key, since, to }) => [key, formatInstant(since), formatInstant(to)] as const),
    addresses: addresses.map(formatInstant),
    clocks,
  } satisfies Pick<EntryData["sensor-set-back"], keyof typeof none>);
  const stated = batches.length === 0 && Object.keys(times).length > 0 ? [none] : batches;
  return [
    ...(ended === undefined ? [] : [endedEntry(sensor, ended, recordedAt)]),
    ...stated.map((lists): Entry => ({
      type: "sensor-set-back",
      at: recordedAt,
      data: { ...whoIs(sensor), to: formatInstant(at), ...times, ...lists },
    })),
  ];
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
