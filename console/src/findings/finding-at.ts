import type { FindingView } from "../../../src/contract/index.ts";

/** A finding as it was at an instant: its times then, and nothing that happened later. */
export interface FindingAt {
  readonly finding: FindingView;
  readonly isOpen: boolean;
  readonly status: FindingView["status"];
  /** Of the episode that began last before the instant, in milliseconds. */
  readonly openedAt: number;
  readonly endedAt: number | undefined;
}

const OPEN: readonly FindingView["status"][] = ["new", "unchanged", "regressed"];

/** Undefined: it had not been opened yet. */
export function findingAt(finding: FindingView, instant: number, isNow: boolean): FindingAt | undefined {
  const episodes = finding.episodes ?? [
    { openedAt: finding.openedAt, resolvedAt: finding.resolvedAt, outOfScope: finding.outOfScope },
  ];
  // Now, the latest answer counts: the instant of the page advances once a minute, and a finding opens at any second.
  const begun = isNow ? episodes : episodes.filter(({ openedAt }) => Date.parse(openedAt) <= instant);
  const last = begun.at(-1);
  if (last === undefined) return undefined;
  const end = last.resolvedAt ?? last.outOfScope?.at;
  const endedAt = end === undefined || Date.parse(end) > instant ? undefined : Date.parse(end);
  const openedAt = Date.parse(last.openedAt);
  if (isNow) return { finding, isOpen: OPEN.includes(finding.status), status: finding.status, openedAt, endedAt };
  if (endedAt !== undefined) {
    return {
      finding,
      isOpen: false,
      status: last.resolvedAt === undefined ? "out-of-scope" : "resolved",
      openedAt,
      endedAt,
    };
  }
  return { finding, isOpen: true, status: begun.length > 1 ? "regressed" : "unchanged", openedAt, endedAt };
}

/** The most severe first, then the oldest. */
export function worstFirst(a: FindingAt, b: FindingAt): number {
  return (b.finding.severity ?? -1) - (a.finding.severity ?? -1) || a.openedAt - b.openedAt;
}
