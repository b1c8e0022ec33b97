import { fingerprint, type CompareInput } from "../../../judgement/baseline/index.ts";
import { seenLast, type Gone } from "../../../judgement/findings/index.ts";
import { isOpen, type Deviation, type Finding, type Instant, type SweepVerdict } from "../../../model/index.ts";
import type { ObservedRun } from "../../../record/history/index.ts";
import type { ResolvedScope } from "../../../scope/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import { deviationsIn, type Standing } from "../deviations-swept.ts";
import { goneAfter } from "../findings-swept.ts";
import { assetsWithoutAddress } from "../hosts.ts";
import { isAboutService, isConfirmed } from "../second-look.ts";
import type { SweepServices } from "../services.ts";
import type { SweepOutcome } from "../sweep-outcome.ts";
import { readStanding, withEnded } from "./standing.ts";
import type { StoredSweep } from "./stored-sweeps.ts";

/** What a sweep shows of findings: confirmed deviations, and the open findings that it contradicts. */
export interface Judged {
  readonly standing: Standing;
  readonly input: CompareInput;
  readonly seen: readonly Deviation[];
  readonly gone: readonly Gone[];
  /** Dated with what was seen, not with its recording: a journal that a crash left behind is older than that. */
  readonly seenAt: Instant;
}

export interface Swept {
  readonly resolved: ResolvedScope;
  readonly outcome: SweepOutcome;
  /** Keys of the endpoints that had two tellings: what rests on them is confirmed. */
  readonly twice: ReadonlySet<string>;
  /** The known service on an endpoint. */
  readonly services: SweepServices;
  readonly verdict: SweepVerdict;
}

/**
 * What missed too much changes nothing but coverage: neither what it saw nor what it did not see is a finding. Nothing is
 * judged by a port baseline that contradicts the evidence log.
 */
export async function judgeSwept(
  tx: Tx,
  at: Instant,
  sweep: StoredSweep,
  swept: Swept,
  runs: readonly ObservedRun[],
): Promise<Judged> {
  const { resolved, outcome, verdict, services } = swept;
  const standing = await readStanding(tx, sweep.vantage, at);
  const { input, deviations, isActive } = deviationsIn(outcome, standing, sweep, resolved, at, services.serviceOf);
  const began = runs.reduce((earliest, { probedFrom }) => Math.min(earliest, probedFrom), at);
  const seenAt = runs.reduce((latest, { probedTo }) => Math.max(latest, probedTo), 0) || at;
  const judged = { standing, input, seenAt };
  if (verdict === "untrusted" || standing.contradicted !== undefined) return { ...judged, seen: [], gone: [] };
  const twiceFor = (deviation: Deviation): ReadonlySet<string> =>
    isAboutService(deviation) ? services.twice : swept.twice;
  const confirmed = deviations.filter((deviation) => isConfirmed(deviation, isActive, twiceFor(deviation)));
  const contradicted = { sweep, verdict, outcome, began, input };
  const seen = [
    ...(seesAll(sweep) ? confirmed : confirmed.map((deviation) => inWordsOf(standing, deviation, sweep.vantage))),
    // A name that leads nowhere is the same fact from every vantage point: it is reported once.
    ...(sweep.kind === "full" && resolved.viewpoint.own ? assetsWithoutAddress(resolved) : []),
  ];
  return {
    ...judged,
    standing: { ...standing, findings: await withEnded(tx, sweep.vantage, standing.findings, seen) },
    seen,
    gone: goneAfter(await lastSeenAmong(tx, standing.findings, contradicted), contradicted),
  };
}

/** The findings that the sweep may contradict, with their last sightings: a later one outweighs it. */
async function lastSeenAmong(
  tx: Tx,
  findings: readonly Finding[],
  contradicted: Parameters<typeof goneAfter>[1],
): Promise<Finding[]> {
  const marks = new Set(goneAfter(findings, contradicted).map(({ fingerprint: mark }) => mark));
  return await seenLast(
    tx,
    findings.filter((finding) => marks.has(finding.fingerprint)),
  );
}

/** Whether it probes everything that a finding may name; others see a part, and would describe that. */
function seesAll({ kind, requestedBy }: StoredSweep): boolean {
  return kind === "full" || (kind === "known" && requestedBy !== "sensor");
}

/** The deviation in the words of the finding that is open about it. */
function inWordsOf({ findings }: Standing, deviation: Deviation, vantage: string): Deviation {
  const mark = fingerprint(deviation, vantage);
  const finding = findings.find((each) => isOpen(each) && each.fingerprint === mark);
  return finding === undefined ? deviation : { ...deviation, summary: finding.summary };
}
