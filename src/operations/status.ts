import { boundPart } from "./bound-since.ts";
import { checkedBaseline } from "../judgement/baseline/index.ts";
import type { Operations, StatusResult } from "../contract/index.ts";
import { heldLog, isAhead, recordedUntil } from "../record/change/index.ts";
import { isSyntheticRecord, logHead, type Contradiction, type LogHead } from "../record/evidence/index.ts";
import { listFindings } from "../judgement/findings/index.ts";
import { sumOfHosts, viewAt } from "../record/history/index.ts";
import { formatDuration, formatInstant, isOpen, type Clock, type StateAt } from "../model/index.ts";
import { destinationStates } from "../record/publication/index.ts";
import { missedWindow } from "../platform/scheduling/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { latestFullSweep, runningSweeps } from "../watching/sweeps/index.ts";
import { attestedPart } from "./attested.ts";
import { inOneLine } from "./events.ts";
import type { OperationDeps } from "./operation-deps.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { latestSignedScope } from "./signed-scope.ts";
import { unfitCadences } from "./cadence-notice.ts";
import { unsignedLooks } from "./unsigned-looks.ts";
import { vantageStatus } from "./vantage-status.ts";
import { sweepSummary, viewsNow, withPortsHeldOpen } from "./views.ts";

export function createStatus(deps: OperationDeps): Operations["status"] {
  return {
    async get() {
      let problem: string | undefined;
      const current = await deps.scopeAsRecorded((fault) => (problem = inOneLine(fault)));
      const [held, publication] = await Promise.all([heldLog(deps.store.db), publicationPart(deps)]);
      const result = await status(deps, current, problem);
      return { ...result, ...(held === undefined ? {} : { held: { ...held } }), ...publication };
    },
  };
}

async function publicationPart({
  store,
  destinations,
}: Pick<OperationDeps, "store" | "destinations">): Promise<Pick<StatusResult, "publication">> {
  if (destinations.length === 0) return {};
  const states = await destinationStates(
    store.db,
    destinations.map(({ name }) => name),
  );
  return {
    publication: states.map(({ destination, sent, waiting, failing }) => ({
      destination,
      waiting,
      ...(sent === undefined ? {} : { size: sent.size, sentAt: formatInstant(sent.at) }),
      ...(failing === undefined
        ? {}
        : {
            failing: {
              since: formatInstant(failing.since),
              problem: failing.problem,
              nextAt: formatInstant(failing.nextAt),
            },
          }),
    })),
  };
}

function signedPart({ latestCheckpoint: latest }: LogHead): Pick<StatusResult["log"], "signed" | "signedAt"> {
  if (latest === undefined) return {};
  return {
    signed: latest.size,
    ...(latest.signedUpTo === undefined ? {} : { signedAt: formatInstant(latest.signedUpTo) }),
  };
}

function contradictedPart(found: readonly (Contradiction | undefined)[]): Pick<StatusResult, "contradicted"> {
  const contradicted = found.flatMap((each) => {
    if (each === undefined) return [];
    const { table, row, entry, problem } = each;
    return [{ table, row, ...(entry === undefined ? {} : { entry }), problem }];
  });
  return contradicted.length === 0 ? {} : { contradicted };
}

/** Scope, coverage, open findings and the head of the log, as of now. `problem`: why the scope file is not in force. */
async function status(
  deps: { readonly store: Pick<Store, "db" | "kind">; readonly clock: Clock } & Pick<OperationDeps, "attestation">,
  scope: ScopeInForce,
  problem: string | undefined,
): Promise<StatusResult> {
  const { db } = deps.store;
  const { resolved, version } = scope;
  const now = deps.clock.now();
  const vantage = resolved.scope.vantage;
  const [{ baseline: inForce, contradiction }, signedScope, findings, running, head, assets] = await Promise.all([
    checkedBaseline(db, now),
    latestSignedScope(db),
    listFindings(db, {}),
    runningSweeps(db),
    logHead(db),
    withPortsHeldOpen(db, vantage, now, viewsNow(resolved)).then((views) =>
      viewAt(db, { at: now, vantage, assets: views }),
    ),
  ]);
  const until = await recordedUntil(db);
  const targets = await Promise.all(
    resolved.targets.map(async ({ target, systemType }) => {
      const last = await latestFullSweep(db, vantage, target.name);
      const due = last === undefined ? undefined : last.startedAt + systemType.cadence;
      return {
        name: target.name,
        systemType: systemType.name,
        cadence: formatDuration(systemType.cadence),
        ...(last === undefined ? {} : { lastSweep: sweepSummary(last) }),
        ...(due === undefined ? {} : { nextDue: formatInstant(due) }),
        overdue: missedWindow(last?.startedAt, version.recordedAt, systemType.cadence, now) !== undefined,
      };
    }),
  );
  const open = findings.filter(isOpen);
  const total = assets.reduce((sum, { counts }) => sum + Object.values(counts).reduce((a, b) => a + b, 0), 0);
  const inState = (...states: StateAt[]): number =>
    assets.reduce((sum, { counts }) => sum + states.reduce((part, state) => part + counts[state], 0), 0);
  return {
    schema: "portolan.status/1",
    at: formatInstant(now),
    ...((await isSyntheticRecord(db)) ? { synthetic: true as const } : {}),
    ...(await boundPart(db, Number.NEGATIVE_INFINITY)),
    scope: {
      name: resolved.scope.name,
      version: version.version,
      digest: version.digest,
      assets: resolved.scope.assets.length,
      targets: resolved.scope.targets.length,
      vantage,
      ...(problem === undefined ? {} : { problem }),
    },
    ...(inForce === undefined
      ? {}
      : {
          baseline: {
            version: inForce.version,
            approvedBy: inForce.approvedBy,
            approvedAt: formatInstant(inForce.approvedAt),
            authorizedPorts: inForce.authorizedPorts.length,
          },
        }),
    targets,
    coverage: {
      endpoints: total,
      known: inState("open", "closed", "filtered"),
      silent: inState("no-response", "unreachable"),
      unknown: inState("unknown"),
      hosts: sumOfHosts(assets.map(({ hosts }) => hosts)),
    },
    open: assets.reduce((sum, asset) => sum + asset.open.length, 0),
    findings: {
      open: open.length,
      byKind: Object.fromEntries([...Map.groupBy(open, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length])),
    },
    running: running.map(sweepSummary),
    ...(until !== undefined && isAhead(until, now) ? { aheadUntil: formatInstant(until) } : {}),
    ...contradictedPart([signedScope.contradiction, contradiction]),
    ...(await unfitCadences(db, [resolved, ...scope.others])),
    log: {
      size: head.size,
      rootHash: head.rootHash,
      ...signedPart(head),
      ...(await unsignedLooks(db)),
      ...(await attestedPart(db, deps.attestation, now)),
    },
    store: deps.store.kind,
    vantagePoints: await vantageStatus(db, [resolved, ...scope.others], version, now),
  };
}
