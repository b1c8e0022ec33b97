import { endpointKey, formatInstant, type Endpoint, type EntryOf, type Instant } from "../../model/index.ts";
import { inBatches } from "./entry-batches.ts";
import type { ServiceChanges, ServicesSetBack, StatedIdentity } from "./service-changes.ts";

/** `tcp/10.0.0.5:22`, a time, and when the interval of its service began. */
type AtOf = readonly [endpoint: string, at: string, since: string];

declare module "../../model/entry.ts" {
  interface EntryData {
    /** Every change that a sweep made in the recorded services; several entries where one would be too large. */
    "services-identified": {
      readonly sweep: number;
      readonly vantage: string;
      /** Null: hellos were sent, and the service is not known. Each lasts until an entry states its end. */
      readonly identified: readonly (readonly [endpoint: string, at: string, identity: StatedIdentity | null])[];
      /** The same service was identified again. */
      readonly again: readonly AtOf[];
      /** Hellos were sent again, without a result that counts. */
      readonly unanswered: readonly AtOf[];
      /** Another service was identified, or the endpoint was no longer open. */
      readonly ended: readonly AtOf[];
    };
    /** The recorded services of a vantage point after the clock was set back. */
    "services-set-back": {
      readonly vantage: string;
      /** Began later than the step, and are no longer recorded. */
      readonly removed: readonly (readonly [endpoint: string, since: string])[];
      /** As they have been recorded since. */
      readonly corrected: readonly (readonly [
        endpoint: string,
        since: string,
        until: string | null,
        askedAt: string,
        identifiedAt: string | null,
      ])[];
    };
  }
}

/** What the evidence log records of the services that a sweep identified. A sweep that identified none has no entries. */
export function servicesEntries(
  { sweep, vantage }: { readonly sweep: number; readonly vantage: string },
  { identified, again, unanswered, ended }: ServiceChanges,
  at: Instant,
): EntryOf<"services-identified">[] {
  const askedAgain = (each: { readonly endpoint: Endpoint; readonly since: Instant; readonly at: Instant }): AtOf => [
    endpointKey(each.endpoint),
    formatInstant(each.at),
    formatInstant(each.since),
  ];
  const batches = inBatches({
    identified: identified.map(
      ({ endpoint, since, identity }) => [endpointKey(endpoint), formatInstant(since), identity ?? null] as const,
    ),
    again: again.map(askedAgain),
    unanswered: unanswered.map(askedAgain),
    ended: ended.map(({ until, ...each }) => askedAgain({ ...each, at: until })),
  });
  return batches.map((lists) => ({ type: "services-identified", at, data: { sweep, vantage, ...lists } }));
}

/** What the evidence log records of the services after the clock was set back. */
export function servicesSetBackEntries(
  { vantage, removed, corrected }: ServicesSetBack,
  at: Instant,
): EntryOf<"services-set-back">[] {
  const batches = inBatches({
    removed: removed.map(({ endpoint, since }) => [endpointKey(endpoint), formatInstant(since)] as const),
    corrected: corrected.map(
      ({ endpoint, since, until, askedAt, identifiedAt }) =>
        [
          endpointKey(endpoint),
          formatInstant(since),
          until === undefined ? null : formatInstant(until),
          formatInstant(askedAt),
          identifiedAt === undefined ? null : formatInstant(identifiedAt),
        ] as const,
    ),
  });
  return batches.map((lists) => ({ type: "services-set-back", at, data: { vantage, ...lists } }));
}
