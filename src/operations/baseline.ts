import {
  approve,
  baselineInForce,
  hasOpenProposal,
  judge,
  parseBaseline,
  propose,
  recordApproval,
  recordProposal,
  serviceName,
} from "../judgement/baseline/index.ts";
import type { ApprovalRequest, ApprovalResult, BaselineResult, Operations, ProposalResult } from "../contract/index.ts";
import { recordChange, type Change } from "../record/change/index.ts";
import type { SigningKey } from "../record/evidence/index.ts";
import { applyFindings, listFindings, type Applied } from "../judgement/findings/index.ts";
import { openEndpoints } from "../record/history/index.ts";
import {
  addressesOf,
  assetNameOf,
  Fault,
  formatInstant,
  OPEN_STATUSES,
  type Clock,
  type Finding,
  type PortBaselineVersion,
  type Principal,
} from "../model/index.ts";
import { storeAnswer } from "../platform/idempotency/index.ts";
import { seenFrom, viewpointsOf, type ResolvedScope } from "../scope/index.ts";
import type { Db, Store, Tx } from "../platform/storage/index.ts";
import { assetIndex, comparedHosts } from "../watching/sweeps/index.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { findingView } from "./views.ts";

/** The authorized ports: those in force, proposals, and approvals. */
export function createBaseline(deps: OperationDeps): Operations["baseline"] {
  const resolved = async (): Promise<ResolvedScope> => (await deps.scopeAsRecorded()).resolved;
  return {
    get: () => baseline(deps.store.db, deps.clock),
    propose: async (_request, by) => await proposeBaseline(deps, await resolved(), by),
    approve: async (request) => await approveBaseline(deps, await resolved(), request),
  };
}

/** The port baseline in force, as the surfaces show it. */
async function baseline(db: Db, clock: Clock): Promise<BaselineResult> {
  const inForce = await baselineInForce(db, clock.now());
  if (inForce === undefined) {
    throw new Fault("not-found", "No port baseline has been approved yet.", {
      next: "Run portolan baseline propose, complete the file it writes, then portolan baseline approve FILE --by NAME.",
    });
  }
  return {
    schema: "portolan.baseline/1",
    version: inForce.version,
    digest: inForce.digest,
    approvedBy: inForce.approvedBy,
    approvedAt: formatInstant(inForce.approvedAt),
    authorizedPorts: inForce.authorizedPorts.map(({ ports, expires, controls, exposure, ...rest }) => ({
      ...rest,
      ports: ports[0] === ports[1] ? `${ports[0]}` : `${ports[0]}-${ports[1]}`,
      controls: [...controls],
      ...(exposure === undefined ? {} : { exposure: [...exposure] }),
      ...(expires === undefined ? {} : { expires: formatInstant(expires) }),
    })),
    document: inForce.document,
  };
}

/**
 * Proposes the ports that are open now and not authorized, as a document for a person to complete. A proposal made over
 * the API is an entry: its author may not approve it.
 */
async function proposeBaseline(
  { store, clock }: { readonly store: Pick<Store, "db" | "transaction">; readonly clock: Clock },
  resolved: ResolvedScope,
  by?: Principal,
): Promise<ProposalResult> {
  const { db } = store;
  const inForce = await baselineInForce(db, clock.now());
  const declaredAt = assetIndex(resolved.assets);
  const open = await openEndpoints(db, { vantage: resolved.scope.vantage, addresses: allAddresses(resolved) });
  const proposal = propose({
    open: open.map((endpoint) => {
      const asset = declaredAt(endpoint.address)?.asset;
      return { ...endpoint, asset: asset?.name, systemType: asset?.systemType, tags: asset?.tags };
    }),
    inForce: inForce?.authorizedPorts,
    serviceName,
    now: clock.now(),
    vantage: resolved.scope.vantage,
  });
  if (by?.user !== undefined) {
    const made = { ...proposal, by: by.name, user: by.user };
    await recordChange({ store }, clock.now(), (change) => recordProposal(change, made));
  }
  return { schema: "portolan.baseline-proposal/1", ...proposal };
}

/** Nobody approves a port baseline that they proposed themselves since the last approval. */
async function refuseOwnProposal(tx: Tx, user: string): Promise<void> {
  if (!(await hasOpenProposal(tx, user))) return;
  throw new Fault("forbidden", "You proposed this port baseline, so somebody else has to approve it.", {
    next: "Ask another approver.",
  });
}

/**
 * Approves a document as the next version and resolves the findings that it authorizes, in one transaction. An open
 * port that it does not authorize becomes a finding at the next sweep, after a second probe.
 */
async function approveBaseline(
  deps: { readonly store: Pick<Store, "transaction">; readonly clock: Clock; readonly key: SigningKey },
  resolved: ResolvedScope,
  request: ApprovalRequest,
): Promise<ApprovalResult> {
  const ports = parseBaseline(request.document, request.file, { requireComplete: true });
  const at = deps.clock.now();
  return await recordChange(deps, at, async (change) => {
    const { tx } = change;
    if (request.principal?.user !== undefined) await refuseOwnProposal(tx, request.principal.user);
    const version = await approve(tx, { ports, document: request.document, by: request.approvedBy, at });
    refuseOutdated(request.onVersion, version.version - 1);
    recordApproval(change, version, request.principal);
    const ended: Finding[] = [];
    for (const viewpoint of viewpointsOf(resolved.scope)) {
      ended.push(...(await answerFindings(change, seenFrom(resolved, viewpoint), version)).resolved);
    }
    const result: ApprovalResult = {
      schema: "portolan.baseline-approval/1",
      version: version.version,
      digest: version.digest,
      approvedBy: version.approvedBy,
      approvedAt: formatInstant(version.approvedAt),
      authorizedPorts: version.authorizedPorts.length,
      resolved: ended.map(findingView),
    };
    if (request.idempotencyKey !== undefined) await storeAnswer(tx, request.idempotencyKey, JSON.stringify(result), at);
    return result;
  });
}

function refuseOutdated(seen: number | undefined, inForce: number): void {
  if (seen === undefined || seen === inForce) return;
  const what = inForce === 0 ? "no port baseline is in force" : `version ${inForce} of the port baseline is in force`;
  throw new Fault("outdated", `This decision was based on version ${seen}, but ${what}.`, {
    next: "Review the port baseline in force, then decide again.",
  });
}

/**
 * Judges the open findings by the new version alone. Nothing was scanned for this, so every address counts as scanned
 * without a result: only findings that are now authorized or no longer expected can end.
 */
async function answerFindings(change: Change, resolved: ResolvedScope, version: PortBaselineVersion): Promise<Applied> {
  const { vantage } = resolved.scope;
  const findings = (await listFindings(change.tx, { vantage, status: OPEN_STATUSES })).filter(
    ({ kind, subject }) => kind === "expected-missing" || subject.about !== "ports",
  );
  const addresses = findings.flatMap(({ subject }) => addressesOf(subject));
  const ofAssets = new Set(findings.flatMap(({ subject }) => assetNameOf(subject) ?? []));
  const anyAddress = resolved.assets
    .filter(({ asset, addresses: own }) => ofAssets.has(asset.name) && own.size > 0)
    .map(({ addresses: own }) => own.at(0));
  const input = {
    now: version.approvedAt,
    vantage,
    viewpoint: resolved.viewpoint,
    authorizedPorts: version.authorizedPorts,
    baselineVersion: version.version,
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
  const gone = findings.flatMap((finding) => {
    const judgement = judge(finding, input);
    return judgement.verdict === "gone" ? [{ fingerprint: finding.fingerprint, resolution: judgement.resolution }] : [];
  });
  return await applyFindings(change, { vantage, standing: findings, gone, at: version.approvedAt });
}

function allAddresses(resolved: ResolvedScope) {
  return resolved.targets.reduce((all, { addresses }) => all.union(addresses), resolved.own.subtract(resolved.own));
}
