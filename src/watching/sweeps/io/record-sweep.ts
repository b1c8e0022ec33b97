import {
  baselineInForce,
  compare,
  fingerprint,
  judge,
  type CompareInput,
  type Verdict,
} from "../../../judgement/baseline/index.ts";
import type { Change } from "../../../record/change/index.ts";
import { applyFindings, listFindings } from "../../../judgement/findings/index.ts";
import { fold, recordServices, type AskedService } from "../../../record/history/index.ts";
import { shippedLifecycle } from "../../../sensing/services/index.ts";
import {
  endpointKey,
  formatInstant,
  type Deviation,
  type Endpoint,
  type EngineReport,
  type Entry,
  type Finding,
  type Instant,
  type JsonValue,
  type PortBaselineVersion,
  type Recall,
  type ServiceIdentity,
  type SweepVerdict,
} from "../../../model/index.ts";
import type { LimitedHost, Plan } from "../../../sensing/scanner/index.ts";
import type { ResolvedScope } from "../../../scope/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { assetsWithoutAddress, comparedHosts } from "../hosts.ts";
import type { SweepOutcome } from "../sweep-outcome.ts";
import { isAboutService, isConfirmed } from "../second-look.ts";
import type { SweepServices } from "../services.ts";
import { concerns, sweptAgain, wasSeenBefore } from "../findings-swept.ts";
import { missedSweep } from "../missed-sweep.ts";
import { endSweep, latestFullSweep, sweepById, type StoredSweep } from "./sweep-store.ts";

/** What a sweep is compared with: the approved ports in force and the findings open at its vantage point. */
export interface Standing {
  readonly baseline: PortBaselineVersion | undefined;
  readonly findings: readonly Finding[];
}

export async function readStanding(db: Db, vantage: string, at: Instant): Promise<Standing> {
  const baseline = await baselineInForce(db, at);
  return { baseline, findings: await listFindings(db, { vantage }) };
}

/** The deviations that an outcome shows, and whether a finding about each is open already. */
export function deviationsIn(
  outcome: SweepOutcome,
  standing: Standing,
  { kind, vantage }: Pick<StoredSweep, "kind" | "vantage">,
  resolved: ResolvedScope,
  now: Instant,
  serviceOf: (endpoint: Endpoint) => ServiceIdentity | undefined = () => undefined,
): { input: CompareInput; deviations: Deviation[]; isActive: (deviation: Deviation) => boolean } {
  const input: CompareInput = {
    now,
    vantage,
    viewpoint: resolved.viewpoint,
    authorizedPorts: standing.baseline?.authorizedPorts,
    baselineVersion: standing.baseline?.version,
    hosts: comparedHosts(outcome, resolved, serviceOf),
    lifecycle: shippedLifecycle(),
  };
  const active = new Set(
    standing.findings.filter(({ status }) => status !== "resolved").map((finding) => finding.fingerprint),
  );
  return {
    input,
    // The silence of a few ports that somebody asked for says nothing of the host.
    deviations: compare(input).filter((deviation) => kind !== "requested" || deviation.kind !== "coverage-gap"),
    isActive: (deviation) => active.has(fingerprint(deviation, vantage)),
  };
}

export interface RecordedSweep {
  readonly sweep: StoredSweep;
  /** When it looked: one stretch for each uninterrupted run. */
  readonly runs: readonly { readonly probedFrom: Instant; readonly probedTo: Instant }[];
  readonly outcome: SweepOutcome;
  /** What is known to answer on an open endpoint. */
  serviceOf(endpoint: Endpoint): ServiceIdentity | undefined;
  readonly baselineVersion: number | undefined;
  /** Hosts of which UDP endpoints stayed without a word because they refuse too seldom. */
  readonly limited: readonly LimitedHost[];
  /** Endpoints probed a second time. */
  readonly confirmed: number;
  readonly opened: readonly Finding[];
  readonly regressed: readonly Finding[];
  readonly resolved: readonly Finding[];
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
    /** What is known of what answers. */
    readonly services: SweepServices;
    readonly recall: Recall | undefined;
    readonly verdict: SweepVerdict;
    readonly reason: string | undefined;
    readonly engineReport: EngineReport | undefined;
    readonly limited: readonly LimitedHost[];
  },
): Promise<RecordedSweep | undefined> {
  const { outcome, resolved, verdict, reason, recall, engineReport } = probed;
  const { tx, at } = change;
  const { vantage } = sweep;
  const missed = sweep.kind === "full" && verdict === "complete" ? await missedBefore(tx, sweep, resolved) : [];
  if (!(await endSweep(tx, sweep, { at, verdict, reason, counts: outcome.counts, recall, engineReport })))
    return undefined;

  // What missed too much changes nothing but coverage: neither what it saw nor what it did not see is a finding.
  const trusted = verdict !== "untrusted";
  const runs = outcome.observedRuns();
  const folded = await fold(tx, { sweepId: sweep.id, vantage, trusted, runs });

  const { asked, serviceOf } = probed.services;
  if (trusted) await recordServices(tx, { vantage, sweepId: sweep.id, asked });

  const standing = await readStanding(tx, vantage, at);
  const { input, deviations, isActive } = deviationsIn(outcome, standing, sweep, resolved, at, serviceOf);
  const twiceFor = (deviation: Deviation): ReadonlySet<string> =>
    isAboutService(deviation) ? probed.services.twice : probed.twice;
  const shown = [
    ...deviations.filter((deviation) => isConfirmed(deviation, isActive, twiceFor(deviation))),
    // That a name leads nowhere is the same fact from everywhere; it is told once.
    ...(sweep.kind === "full" && resolved.viewpoint.own ? assetsWithoutAddress(resolved) : []),
  ];
  const seen = trusted ? shown : [];
  const began = runs.reduce((earliest, { probedFrom }) => Math.min(earliest, probedFrom), at);
  const gone = (trusted ? standing.findings : [])
    .filter(({ status }) => status !== "resolved")
    .flatMap((finding) => {
      const resolution =
        sweptAgain(finding, sweep, verdict) ??
        (wasSeenBefore(finding, outcome, began) ? resolutionBy(judge(finding, input)) : undefined);
      return resolution === undefined ? [] : [{ fingerprint: finding.fingerprint, resolution }];
    });
  // Dated with what was seen, not with its recording: a journal that a crash left behind is older than that.
  const seenAt = runs.reduce((latest, { probedTo }) => Math.max(latest, probedTo), 0) || at;
  const finished: Entry = {
    type: "sweep-finished",
    at,
    data: {
      sweep: sweep.id,
      verdict,
      ...(reason === undefined ? {} : { reason }),
      planned: sweep.planned,
      counts: { ...outcome.counts },
      ...(recall === undefined ? {} : { recall: { ...recall } }),
      ...(engineReport === undefined ? {} : { engineReport }),
      runs: runs.map((run) => ({
        probedFrom: formatInstant(run.probedFrom),
        probedTo: formatInstant(run.probedTo),
        coverageDigest: run.coverage.digest,
        endpoints: run.coverage.endpoints,
      })),
      open: [...outcome.open.values()].flat().slice(0, 1_000).map(endpointKey),
      services: servicesIn(asked),
      secondLooks: probed.twice.size,
      ignoredOutOfOrder: folded.ignoredOutOfOrder,
      ...(probed.limited.length === 0 ? {} : { limited: probed.limited.slice(0, 1_000).map((each) => ({ ...each })) }),
      ...(standing.baseline === undefined ? {} : { baselineVersion: standing.baseline.version }),
    } satisfies { [key: string]: JsonValue },
  };
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
    open: after.findings.filter(
      (finding) => finding.status !== "resolved" && concerns(finding, sweep, probed.plan, input),
    ),
  };
}

/** What the evidence log keeps of what was identified: enough to tell what was known to answer, and when. */
function servicesIn(asked: readonly AskedService[]): JsonValue {
  return asked.slice(0, 1_000).flatMap(({ endpoint, identity }) => {
    if (identity === undefined) return [];
    const { service, product, version } = identity;
    return [
      {
        endpoint: endpointKey(endpoint),
        service,
        ...(product === undefined ? {} : { product }),
        ...(version === undefined ? {} : { version }),
      },
    ];
  });
}

/**
 * The windows that went by before this sweep, of the targets it covers. Whoever watches finds them first as a rule; a
 * sweep that comes before that must not wipe them out.
 */
async function missedBefore(tx: Tx, sweep: StoredSweep, resolved: ResolvedScope): Promise<Deviation[]> {
  const missed: Deviation[] = [];
  for (const { target, systemType } of resolved.targets) {
    if (!sweep.targets.includes(target.name)) continue;
    const previous = await latestFullSweep(tx, sweep.vantage, target.name);
    if (previous === undefined) continue;
    const deviation = missedSweep(target, systemType, previous.startedAt, sweep.startedAt, resolved.viewpoint);
    if (deviation !== undefined) missed.push(deviation);
  }
  return missed;
}

function resolutionBy(judgement: Verdict): string | undefined {
  return judgement.verdict === "gone" ? judgement.resolution : undefined;
}
