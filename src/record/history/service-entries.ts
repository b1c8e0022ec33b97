import { endpointKey, formatInstant, type EntryOf, type Instant } from "../../model/index.ts";
import { groupEndpoints } from "./endpoint-groups.ts";
import { inBatches } from "./entry-batches.ts";
import type { ServiceChanges, ServicesSetBack } from "./service-changes.ts";

/** What the evidence log records of the services that a sweep changed: none for none. */
export function servicesEntries(
  { sweep, vantage }: { readonly sweep: number; readonly vantage: string },
  { identified = [], again = [], unanswered = [], askedAt, ended = [] }: Partial<ServiceChanges>,
  at: Instant,
): EntryOf<"services-identified">[] {
  const batches = inBatches({
    identified: identified.map(
      ({ endpoint, since, identity }) => [endpointKey(endpoint), formatInstant(since), identity ?? null] as const,
    ),
    again: groupEndpoints(again),
    unanswered: groupEndpoints(unanswered),
    ended: ended.map(
      ({ endpoint, since, until }) => [endpointKey(endpoint), formatInstant(until), formatInstant(since)] as const,
    ),
  });
  return batches.map((lists) => {
    const isAsked = askedAt !== undefined && lists.again.length + lists.unanswered.length > 0;
    const asked = isAsked ? { askedAt: formatInstant(askedAt) } : {};
    return { type: "services-identified", at, data: { sweep, vantage, ...lists, ...asked } };
  });
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
