import {
  formatInstant,
  type DeviationKind,
  type EntryOf,
  type Finding,
  type Instant,
  type JsonValue,
} from "../../model/index.ts";
import type { Contradiction } from "../../record/evidence/index.ts";
import { storedSubject } from "./stored-subject.ts";

/** Identifies the finding. */
type Identity = {
  readonly finding: number;
  readonly fingerprint: string;
  readonly kind: DeviationKind;
  readonly vantage: string;
  /** The sweep that showed it. */
  readonly sweep?: number;
};
/** For a gap, when nobody looked. */
type Gap = { readonly during?: { readonly from?: string; readonly to?: string } };
/** `lastSeenAt`: since entries state everything that the record holds of a finding; it is absent in earlier ones. */
type Opening = Identity &
  Gap & {
    readonly subject: Fields;
    readonly summary: string;
    readonly openedAt: string;
    readonly lastSeenAt?: string;
  };

declare module "../../model/entry.ts" {
  interface EntryData {
    "finding-opened": Opening;
    /** `openedAt`: first of all; `seenAt`: the beginning of this episode. */
    "finding-regressed": Opening & { readonly seenAt: string; readonly episode?: number };
    /** Seen again, and different; or a sighting that nothing else in the record shows. */
    "finding-changed": Opening & { readonly episodeOpenedAt?: string };
    "finding-resolved": Ended & { readonly resolvedAt: string; readonly resolution: string };
    "finding-out-of-scope": Ended & { readonly outOfScopeAt: string; readonly scopeVersion: number };
  }
}

/** `openedAt`: first of all; `episodeOpenedAt`: where it differs, the beginning of the episode that ends here. */
type Ended = Identity &
  Gap & {
    readonly openedAt: string;
    readonly episodeOpenedAt?: string;
    readonly lastSeenAt: string;
    /** Of a program, which keeps for each endpoint when it was last seen; absent for anything else. */
    readonly subject?: Fields;
    /** Its number, from 1; absent in earlier entries, which do not state everything either. */
    readonly episode?: number;
  };

type FindingEntry = EntryOf<
  "finding-opened" | "finding-regressed" | "finding-resolved" | "finding-out-of-scope" | "finding-changed"
>;

/** The findings after their transitions. */
export interface Applied {
  readonly opened: readonly Finding[];
  readonly regressed: readonly Finding[];
  readonly resolved: readonly Finding[];
  /** No longer covered by the scope. */
  readonly left: readonly Finding[];
  /** Seen again and different; or a program that left some of its endpoints. */
  readonly seen: readonly Finding[];
  /** The sweep that it comes from; absent for an approval or a missed window. */
  readonly sweepId?: number | undefined;
  /** Findings that would have changed, but contradict their last entry. */
  readonly contradicted?: readonly Contradiction[] | undefined;
}

/** Whether any finding changed. */
export function hasChanged({ opened, regressed, resolved, left, seen }: Applied): boolean {
  return [opened, regressed, resolved, left, seen].some(({ length }) => length > 0);
}

/**
 * The entries that the evidence log gets for changed findings: opened, regressed, changed, resolved, out of scope. None
 * for a finding that was only seen again: the coverage shows when. Times are RFC 3339 in UTC.
 */
export function findingEntries(applied: Applied, at: Instant): FindingEntry[] {
  const sweep = applied.sweepId === undefined ? {} : { sweep: applied.sweepId };
  const opening = (finding: Finding) => ({
    ...sweep,
    ...identity(finding),
    ...subject(finding),
    summary: finding.summary,
    lastSeenAt: formatInstant(finding.lastSeenAt),
  });
  return [
    ...applied.opened.map((finding): FindingEntry => ({
      type: "finding-opened",
      at,
      data: { ...opening(finding), openedAt: formatInstant(finding.openedAt) },
    })),
    ...applied.regressed.map((finding): FindingEntry => ({
      type: "finding-regressed",
      at,
      data: {
        ...opening(finding),
        openedAt: formatInstant(firstOpened(finding)),
        seenAt: formatInstant(finding.lastSeenAt),
        episode: numberOf(finding),
      },
    })),
    ...applied.seen.map((finding): FindingEntry => ({
      type: "finding-changed",
      at,
      data: { ...opening(finding), ...beginnings(finding) },
    })),
    ...applied.resolved.map((finding): FindingEntry => ({
      type: "finding-resolved",
      at,
      data: {
        ...sweep,
        ...ended(finding),
        resolvedAt: formatInstant(finding.resolvedAt ?? at),
        resolution: finding.resolution ?? "",
        ...gap(finding),
      },
    })),
    ...applied.left.flatMap((finding): FindingEntry[] => {
      if (finding.outOfScope === undefined) return [];
      const { at: outOfScopeAt, version: scopeVersion } = finding.outOfScope;
      const data = { ...ended(finding), outOfScopeAt: formatInstant(outOfScopeAt), scopeVersion, ...gap(finding) };
      return [{ type: "finding-out-of-scope", at, data }];
    }),
  ];
}

type Fields = { readonly [key: string]: JsonValue };

function identity({ id, fingerprint, kind, vantage }: Finding): Identity {
  return { finding: id, fingerprint, kind, vantage };
}

function firstOpened({ earlier, openedAt }: Finding): Instant {
  return earlier?.[0]?.openedAt ?? openedAt;
}

/** Of its latest episode, from 1. */
function numberOf({ earlier = [] }: Finding): number {
  return earlier.length + 1;
}

function beginnings(finding: Finding): { readonly openedAt: string; readonly episodeOpenedAt?: string } {
  const first = firstOpened(finding);
  return {
    openedAt: formatInstant(first),
    ...(first === finding.openedAt ? {} : { episodeOpenedAt: formatInstant(finding.openedAt) }),
  };
}

function ended(finding: Finding) {
  return {
    ...identity(finding),
    ...beginnings(finding),
    episode: numberOf(finding),
    lastSeenAt: formatInstant(finding.lastSeenAt),
    ...(finding.subject.about === "program" ? { subject: { ...storedSubject(finding.subject) } } : {}),
  };
}

function subject(finding: Finding): Gap & { readonly subject: Fields } {
  return { subject: { ...storedSubject(finding.subject) }, ...gap(finding) };
}

function gap(finding: Finding): Gap {
  const { from, to } = finding.during ?? {};
  const during = {
    ...(from === undefined ? {} : { from: formatInstant(from) }),
    ...(to === undefined ? {} : { to: formatInstant(to) }),
  };
  return Object.keys(during).length === 0 ? {} : { during };
}
