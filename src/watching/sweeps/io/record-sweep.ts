import { applyFindings, seenLast, type Applied } from "../../../judgement/findings/index.ts";
import {
  isOpen,
  type Endpoint,
  type EngineReport,
  type Finding,
  type Instant,
  type Recall,
  type ServiceIdentity,
} from "../../../model/index.ts";
import { wasRunningAtStep, type Change } from "../../../record/change/index.ts";
import { holdVantage, recordServices, takeIn } from "../../../record/history/index.ts";
import type { LimitedHost, Plan } from "../../../sensing/scanner/index.ts";
import { finishedEntry } from "../entries.ts";
import { concerns } from "../findings-swept.ts";
import type { SweepOutcome } from "../sweep-outcome.ts";
import { announceSweep } from "./begin-sweep.ts";
import { judgeSwept, type Swept } from "./judge-swept.ts";
import { leaveLook } from "./leave-look.ts";
import { missedBefore } from "./missed-before.ts";
import { readStanding, withEnded } from "./standing.ts";
import { sweepById, type StoredSweep } from "./stored-sweeps.ts";
import { endSweep, holdClaim } from "./sweep-store.ts";

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
  /** The set of states that it repeats, if it left only a look. */
  readonly look?: number | undefined;
  /** It was not judged: the look before it had seen the same, in the same record. */
  readonly repeats?: boolean | undefined;
}

/**
 * Makes a probed sweep part of the record, in the one change that is given: history, findings, evidence entries,
 * the end of the sweep and of its journal; or a look in its place, if it is news in no respect. Undefined when another
 * process ended the sweep first.
 */
export async function recordSweep(
  change: Change,
  sweep: StoredSweep,
  probed: Swept & {
    readonly plan: Plan;
    readonly recall: Recall | undefined;
    readonly reason: string | undefined;
    readonly engineReport: EngineReport | undefined;
    readonly limited: readonly LimitedHost[];
  },
): Promise<RecordedSweep | undefined> {
  const { plan, outcome, resolved, recall, engineReport, limited } = probed;
  const { asked, serviceOf } = probed.services;
  const { tx, at } = change;
  const { vantage } = sweep;
  // Findings are judged, and looks recorded, in the order in which the history takes them in.
  await holdVantage(tx, vantage);
  if (!(await holdClaim(tx, sweep))) return undefined;
  const runs = outcome.observedRuns();
  const isMisdated = runs.some(({ probedTo }) => probedTo > at) || (await wasRunningAtStep(tx, sweep.id));
  const verdict = isMisdated ? "untrusted" : probed.verdict;
  const missed = sweep.kind === "full" && verdict === "complete" ? await missedBefore(tx, sweep, resolved) : [];
  const swept = { ...probed, verdict };
  const judged = await judgeSwept(tx, at, sweep, swept, runs);
  const { standing, input } = judged;
  const openAmong = (findings: readonly Finding[]): Finding[] =>
    findings.filter((finding) => isOpen(finding) && concerns(finding, sweep, plan, input));
  const facts = { runs, outcome, serviceOf, baselineVersion: standing.baseline?.version, limited };
  const seen = { ...facts, confirmed: probed.twice.size };
  const look = await leaveLook(change, sweep, swept, judged, runs);
  if (look !== undefined) {
    const ended = { ...sweep, endedAt: at, verdict, counts: outcome.counts, recall, engineReport };
    return { ...seen, look, sweep: ended, opened: [], regressed: [], resolved: [], open: openAmong(standing.findings) };
  }

  const { contradicted } = standing;
  const notJudged = contradicted === undefined ? undefined : `it decided nothing about findings: ${contradicted}`;
  const misdated = isMisdated ? "the clock was set back while it ran" : undefined;
  const reason = [misdated, probed.reason, notJudged].filter((each) => each !== undefined).join("; ") || undefined;
  await announceSweep(change, sweep, plan);
  await endSweep(tx, sweep, { at, verdict, reason, counts: outcome.counts, recall, engineReport });
  const trusted = verdict !== "untrusted";
  const taken = await takeIn(change, {
    source: { kind: "sweep", sweepId: sweep.id },
    vantage,
    trusted,
    runs,
    recordedAt: at,
  });
  if (trusted) await recordServices(change, { vantage, sweepId: sweep.id, asked });

  const ending = { outcome, runs, taken, recall, engineReport, verdict, reason, limited };
  const secondLooks = probed.twice.size;
  const finished = finishedEntry(sweep, { ...ending, secondLooks, asked, baseline: standing.baseline }, at);
  change.append(finished);
  if (verdict !== "complete") change.notify(finished, { kind: `sweep-${verdict}`, subject: { sweep: sweep.id } });

  const context = { sweepId: sweep.id, vantage, at: judged.seenAt };
  const late = await applyFindings(change, {
    ...context,
    standing: await withEnded(tx, vantage, standing.findings, missed),
    seen: missed,
    only: ["open"],
  });
  const ended = late.opened.map((finding) => ({
    fingerprint: finding.fingerprint,
    resolution: `swept again, completely, by sweep ${sweep.id}`,
  }));
  const applied = await applyFindings(change, {
    ...context,
    standing: [...standing.findings, ...late.opened],
    seen: judged.seen,
    gone: [...judged.gone, ...ended],
  });

  const stored = await sweepById(tx, sweep.id);
  if (stored === undefined) throw new Error(`sweep ${sweep.id} vanished inside its own transaction`);
  return {
    ...seen,
    sweep: stored,
    opened: [...late.opened, ...applied.opened],
    regressed: applied.regressed,
    resolved: applied.resolved,
    ...(applied.contradicted === undefined ? {} : { contradicted: applied.contradicted }),
    open: await seenLast(tx, openAmong((await readStanding(tx, vantage, at)).findings)),
  };
}
