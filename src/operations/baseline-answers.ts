import { authorizedOf, judge } from "../judgement/baseline/index.ts";
import { applyFindings, listFindings, type Applied, type Gone } from "../judgement/findings/index.ts";
import {
  addressesOf,
  assetNameOf,
  OPEN_STATUSES,
  type Finding,
  type Instant,
  type AuthorizedPort,
} from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import type { Change } from "../record/change/index.ts";
import type { ResolvedScope } from "../scope/index.ts";
import { comparedHosts } from "../watching/sweeps/index.ts";

/** A port baseline in force, or one that would be. */
interface Judging {
  readonly version: number;
  readonly approvedAt: Instant;
  readonly authorizedPorts: readonly AuthorizedPort[];
}

/** Resolves the open findings that the new version answers; those that it answers on some addresses leave these. */
export async function answerFindings(change: Change, resolved: ResolvedScope, version: Judging): Promise<Applied> {
  const { vantage } = resolved.scope;
  const { findings, gone, narrowed } = await answeredFindings(change.tx, resolved, version);
  return await applyFindings(change, {
    vantage,
    standing: findings,
    gone: [...gone, ...narrowed],
    at: version.approvedAt,
  });
}

/**
 * Judges the open findings by the new version alone. Nothing was scanned for this, so every address counts as scanned
 * without a result: only findings that are now authorized or no longer expected can end. `narrowed`: authorized on some of
 * their addresses.
 */
export async function answeredFindings(
  db: Db,
  resolved: ResolvedScope,
  { version, approvedAt, authorizedPorts }: Judging,
): Promise<{ readonly findings: Finding[]; readonly gone: readonly Gone[]; readonly narrowed: readonly Gone[] }> {
  const { vantage } = resolved.scope;
  const findings = (await listFindings(db, { vantage, status: OPEN_STATUSES })).filter(
    ({ kind, subject }) => kind === "expected-missing" || subject.about !== "ports",
  );
  const addresses = findings.flatMap(({ subject }) => addressesOf(subject));
  const ofAssets = new Set(findings.flatMap(({ subject }) => assetNameOf(subject) ?? []));
  const anyAddress = resolved.assets
    .filter(({ asset, addresses: own }) => ofAssets.has(asset.name) && own.size > 0)
    .map(({ addresses: own }) => own.at(0));
  const input = {
    now: approvedAt,
    vantage,
    viewpoint: resolved.viewpoint,
    authorizedPorts,
    baselineVersion: version,
    hosts: comparedHosts(
      {
        lookedAt: new Set([...addresses, ...anyAddress]),
        open: new Map(),
        answered: () => false,
        stateOf: () => "unknown",
      },
      resolved,
    ),
  };
  const gone: Gone[] = [];
  const narrowed: Gone[] = [];
  for (const finding of findings) {
    const { fingerprint } = finding;
    const judgement = judge(finding, input);
    if (judgement.verdict === "gone") gone.push({ fingerprint, resolution: judgement.resolution });
    else narrowed.push({ fingerprint, authorized: authorizedOf(finding, input) });
  }
  return { findings, gone, narrowed };
}
