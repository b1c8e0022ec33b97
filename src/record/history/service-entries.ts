import { endpointKey, formatInstant, type Endpoint, type EntryOf, type Instant } from "../../model/index.ts";
import type { AtOf } from "./entries.ts";
import { inBatches } from "./entry-batches.ts";
import type { ServiceChanges, ServicesSetBack } from "./service-changes.ts";

/** What the evidence log records of the services that a sweep changed: none for none. */
export function servicesEntries(
  { sweep, vantage }: { readonly sweep: number; readonly vantage: string },
  { identified = [], again = [], unanswered = [], ended = [] }: Partial<ServiceChanges>,
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
