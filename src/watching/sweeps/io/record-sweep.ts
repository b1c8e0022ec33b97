import { applyFindings, type Applied } from "../../../judgement/findings/index.ts";
import {
  isOpen,
  type Deviation,
  type Endpoint,
  type EngineReport,
  type Finding,
  type Instant,
  type Recall,
  type ServiceIdentity,
  type SweepVerdict,
} from "../../../model/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { recordServices, takeIn } from "../../../record/history/index.ts";
import type { ResolvedScope } from "../../../scope/index.ts";
import type { LimitedHost, Plan } from "../../../sensing/scanner/index.ts";
import { deviationsIn } from "../deviations-swept.ts";
import { finishedEntry } from "../entries.ts";
import { concerns, goneAfter } from "../findings-swept.ts";
import { assetsWithoutAddress } from "../hosts.ts";
import { isAboutService, isConfirmed } from "../second-look.ts";
import type { SweepServices } from "../services.ts";
import type { SweepOutcome } from "../sweep-outcome.ts";
import { missedBefore } from "./missed-before.ts";
import { readStanding } from "./standing.ts";
import { sweepById, type StoredSweep } from "./stored-sweeps.ts";
import { endSweep } from "./sweep-store.ts";

export interface RecordedSweep {
  readonly sweep: StoredSweep;
  /** When it looked: one stretch for each uninterrupted run. */
  readonly runs: readonly { readonly probedFrom: Instant; readonly probedTo: Instant }[];
  readonly outcome: SweepOutcome;
  /** The known service on an open endpoint. */
  serviceOf(endpoint: Endpoint): ServiceIdentity | undefined;
  readonly baselineVersion: number | undefined;
  /** Hosts with silent UDP endpoints because they limit their refusals. */
  readonly limited: readonly LimitedHost[];
  /** Endpoints probed a second time. */
  readonly confirmed: number;
  readonly opened: readonly Finding[];
  readonly regressed: readonly Finding[];
  readonly resolved: readonly Finding[];
  readonly contradicted?: Applied["contradicted"];
  /** Findings open after it, of the vantage point, about what it covered. */
  readonly open: readonly Finding[];
}

/**
 * Makes a probed sweep part of the record, in the one change that is given: history, findings, evidence entries,
 * the end of the sweep and of its journal. Undefined when another process ended the sweep first.
 */
export async function recordSweep(
  change: Change,
  sweep: StoredSweep,
  probed: {
    readonly plan: Plan;
    readonly resolved: ResolvedScope;
    readonly outcome: SweepOutcome;
    /** Keys of the endpoints that had two tellings: what rests on them is confirmed. */
    readonly twice: ReadonlySet<string>;
    /** The known service on an endpoint. */
    readonly services: SweepServices;
    readonly recall: Recall | undefined;
    readonly verdict: SweepVerdict;
    readonly reason: string | undefined;
    readonly engineReport: EngineReport | undefined;
    readonly limited: readonly LimitedHost[];
  },
): Promise<RecordedSweep | undefined> {
  const { outcome, resolved, verdict, recall, engineReport } = probed;
  const { tx, at } = change;
  const { vantage } = sweep;
  const standing = await readStanding(tx, vantage, at);
  const { contradicted } = standing;
  const notJudged = contradicted === undefined ? undefined : `it decided nothing about findings: ${contradicted}`;
  const reason = [probed.reason, notJudged].filter((each) => each !== undefined).join("; ") || undefined;
  const missed = sweep.kind === "full" && verdict === "complete" ? await missedBefore(tx, sweep, resolved) : [];
  if (!(await endSweep(tx, sweep, { at, verdict, reason, counts: outcome.counts, recall, engineReport })))
    return undefined;

  // What missed too much changes nothing but coverage: neither what it saw nor what it did not see is a finding.
  const trusted = verdict !== "untrusted";
  const judges = trusted && contradicted === undefined;
  const runs = outcome.observedRuns();
  const taken = await takeIn(change, {
    source: { kind: "sweep", sweepId: sweep.id },
    vantage,
    trusted,
    runs,
    recordedAt: at,
  });

  const { asked, serviceOf } = probed.services;
  if (trusted) await recordServices(change, { vantage, sweepId: sweep.id, asked });

  const { input, deviations, isActive } = deviationsIn(outcome, standing, sweep, resolved, at, serviceOf);
  const twiceFor = (deviation: Deviation): ReadonlySet<string> =>
    isAboutService(deviation) ? probed.services.twice : probed.twice;
  const shown = [
    ...deviations.filter((deviation) => isConfirmed(deviation, isActive, twiceFor(deviation))),
    // A name that leads nowhere is the same fact from every vantage point: it is reported once.
    ...(sweep.kind === "full" && resolved.viewpoint.own ? assetsWithoutAddress(resolved) : []),
  ];
  const seen = judges ? shown : [];
  const began = runs.reduce((earliest, { probedFrom }) => Math.min(earliest, probedFrom), at);
  const gone = judges ? goneAfter(standing.findings, { sweep, verdict, outcome, began, input }) : [];
  // Dated with what was seen, not with its recording: a journal that a crash left behind is older than that.
  const seenAt = runs.reduce((latest, { probedTo }) => Math.max(latest, probedTo), 0) || at;
  const facts = { outcome, runs, taken, recall, engineReport, verdict, reason, limited: probed.limited };
  const secondLooks = probed.twice.size;
  const finished = finishedEntry(sweep, { ...facts, secondLooks, asked, baseline: standing.baseline }, at);
  change.append(finished);
  if (verdict !== "complete") change.notify(finished, { kind: `sweep-${verdict}`, subject: { sweep: sweep.id } });

  const context = { sweepId: sweep.id, vantage, at: seenAt };
  const late = await applyFindings(change, { ...context, standing: standing.findings, seen: missed, only: ["open"] });
  const ended = late.opened.map((finding) => ({
    fingerprint: finding.fingerprint,
    resolution: `swept again, completely, by sweep ${sweep.id}`,
  }));
  const applied = await applyFindings(change, {
    ...context,
    standing: [...standing.findings, ...late.opened],
    seen,
    gone: [...gone, ...ended],
  });

  const stored = await sweepById(tx, sweep.id);
  if (stored === undefined) throw new Error(`sweep ${sweep.id} vanished inside its own transaction`);
  const after = await readStanding(tx, vantage, at);
  return {
    sweep: stored,
    runs,
    outcome,
    serviceOf,
    baselineVersion: standing.baseline?.version,
    limited: probed.limited,
    confirmed: probed.twice.size,
    opened: [...late.opened, ...applied.opened],
    regressed: applied.regressed,
    resolved: applied.resolved,
    ...(applied.contradicted === undefined ? {} : { contradicted: applied.contradicted }),
    open: after.findings.filter((finding) => isOpen(finding) && concerns(finding, sweep, probed.plan, input)),
  };
}
