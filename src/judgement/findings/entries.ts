import { formatInstant, type Entry, type Finding, type Instant, type JsonValue } from "../../model/index.ts";
import { storedSubject } from "./stored-subject.ts";

/** What transitions made of the findings, as they are now. */
export interface Applied {
  readonly opened: readonly Finding[];
  readonly regressed: readonly Finding[];
  readonly resolved: readonly Finding[];
  /** Seen again, no more. */
  readonly seen: readonly Finding[];
  /** The sweep that it comes from; absent for an approval or a missed window. */
  readonly sweepId?: number | undefined;
}

/** Whether anything came of it: a finding that is seen again counts. */
export function hasChanged({ opened, regressed, resolved, seen }: Applied): boolean {
  return [opened, regressed, resolved, seen].some(({ length }) => length > 0);
}

/**
 * What the evidence log records of findings that changed: opened, regressed, resolved. That a finding was seen again is
 * in the entry of the sweep. Times are RFC 3339 in UTC.
 */
export function findingEntries(applied: Applied, at: Instant): Entry[] {
  const sweep = applied.sweepId === undefined ? {} : { sweep: applied.sweepId };
  const opening = (finding: Finding) => ({
    ...sweep,
    ...identity(finding),
    ...subject(finding),
    summary: finding.summary,
  });
  return [
    ...applied.opened.map((finding): Entry => ({
      type: "finding-opened",
      at,
      data: { ...opening(finding), openedAt: formatInstant(finding.openedAt) },
    })),
    ...applied.regressed.map((finding): Entry => ({
      type: "finding-regressed",
      at,
      data: {
        ...opening(finding),
        openedAt: formatInstant(finding.openedAt),
        seenAt: formatInstant(finding.lastSeenAt),
      },
    })),
    ...applied.resolved.map((finding): Entry => ({
      type: "finding-resolved",
      at,
      data: {
        ...sweep,
        ...identity(finding),
        openedAt: formatInstant(finding.openedAt),
        lastSeenAt: formatInstant(finding.lastSeenAt),
        resolvedAt: formatInstant(finding.resolvedAt ?? at),
        resolution: finding.resolution ?? "",
        ...gap(finding),
      },
    })),
  ];
}

type Fields = { readonly [key: string]: JsonValue };

function identity({ id, fingerprint, kind, vantage }: Finding): Fields {
  return { finding: id, fingerprint, kind, vantage };
}

function subject(finding: Finding): Fields {
  return { subject: { ...storedSubject(finding.subject) }, ...gap(finding) };
}

function gap(finding: Finding): Fields {
  const { from, to } = finding.during ?? {};
  const during = {
    ...(from === undefined ? {} : { from: formatInstant(from) }),
    ...(to === undefined ? {} : { to: formatInstant(to) }),
  };
  return Object.keys(during).length === 0 ? {} : { during };
}
