import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { sql } from "kysely";
import { refuseWhileAhead, type Change } from "../../../record/change/index.ts";
import { recordAddresses, takeIn, type FoldResult, type ObservedRun } from "../../../record/history/index.ts";
import {
  Fault,
  formatInstant,
  type Entry,
  type Instant,
  type JsonValue,
  type SweepCounts,
} from "../../../model/index.ts";
import { formatAddresses, type AddressSet, type ResolvedScope } from "../../../scope/index.ts";
import { holdRule, type Tx } from "../../../platform/storage/index.ts";
import { isNotVoid, sweepById, type StoredSweep } from "./stored-sweeps.ts";
import { coveredRuns } from "../entries.ts";
import { endSweep, insertSweep } from "./sweep-store.ts";

/** A sweep that another scanner did, as read from its file. */
export interface ImportedSweep {
  readonly vantage: string;
  readonly engine: string;
  /** `fileSha256`, with which the file is known again, and what else tells where it comes from. */
  readonly parameters: { readonly fileSha256: string; readonly [key: string]: JsonValue };
  readonly runs: readonly ObservedRun[];
  readonly counts: SweepCounts;
  readonly addresses: AddressSet;
  readonly ports: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** Why it is `partial`; absent: it is `complete`. */
  readonly incomplete: string | undefined;
  /** What of the file is not recorded, by why. */
  readonly leftOut: { readonly [why: string]: number };
  readonly scopeVersion: number;
  readonly requestedBy: string;
}

export interface RecordedImport {
  readonly sweep: StoredSweep;
  readonly folded: FoldResult;
}

/** Endpoints and ranges of addresses that an entry names one by one. */
const MOST_NAMED = 1_000;

/**
 * Records an imported sweep in the given change: sweep, history, evidence entries. It opens and resolves no findings:
 * nobody can send a second probe from its vantage point.
 *
 * Fault `conflict` when the file was imported before, or when this installation itself scans from the vantage point.
 */
export async function recordImported(
  change: Change,
  imported: ImportedSweep,
  resolved: ResolvedScope,
): Promise<RecordedImport> {
  const { tx, at: now } = change;
  const { vantage, runs, counts, parameters } = imported;
  await refuseWhileAhead(change);
  await refuseKnownFile(tx, parameters.fileSha256);
  await refuseOwnVantage(tx, vantage, resolved.scope.vantage);

  const plan = {
    version: 1,
    file: parameters.fileSha256,
    coverage: runs.map(({ coverage }) => coverage.extent),
  } satisfies JsonValue;
  const planned = runs.reduce((sum, { coverage }) => sum + coverage.endpoints, 0);
  const verdict = imported.incomplete === undefined ? "complete" : "partial";
  const sweep = {
    kind: "imported",
    targets: [],
    vantage,
    engine: imported.engine,
    parameters,
    planDigest: createHash("sha256")
      .update(canonicalize(plan) ?? "")
      .digest("hex"),
    seed: "",
    planned,
    scopeVersion: imported.scopeVersion,
    requestedBy: imported.requestedBy,
  } as const;
  const id = await insertSweep(tx, { ...sweep, plan, announced: true }, imported.startedAt);
  await recordAddresses(change, resolved, now);

  const { startedAt, endedAt, incomplete: reason } = imported;
  await endSweep(tx, { id, run: 0 }, { at: endedAt, recordedAt: now, verdict, reason, counts, recall: undefined });
  change.append({
    type: "sweep-started",
    at: now,
    data: {
      sweep: id,
      ...sweep,
      addresses: formatAddresses(imported.addresses, MOST_NAMED),
      ports: imported.ports,
      startedAt: formatInstant(startedAt),
    },
  });
  const folded = await takeIn(change, { source: { kind: "import", sweepId: id }, vantage, trusted: true, runs });
  const finished: Entry = {
    type: "sweep-finished",
    at: now,
    data: {
      sweep: id,
      vantage,
      verdict,
      ...(reason === undefined ? {} : { reason }),
      planned,
      counts: { ...counts },
      leftOut: imported.leftOut,
      endedAt: formatInstant(endedAt),
      runs: coveredRuns(runs, folded.covered),
      stateChanges: folded.changes,
      secondLooks: 0,
      ignoredOutOfOrder: folded.ignoredOutOfOrder,
    },
  };
  change.append(finished);
  if (verdict === "partial") change.notify(finished, { kind: "sweep-partial", subject: { sweep: id } });
  const recorded = await sweepById(tx, id);
  if (recorded === undefined) throw new Error(`sweep ${id} vanished inside its own transaction`);
  return { sweep: recorded, folded };
}

/**
 * Waits for another import that is under way, so that two of the same file cannot both find it new. What a step of the
 * clock made void can be imported again.
 */
async function refuseKnownFile(tx: Tx, digest: string): Promise<void> {
  await holdRule(tx, "imports");
  const earlier = await tx
    .selectFrom("sweep")
    .select(["id", "started_at"])
    .where("kind", "=", "imported")
    .where(sql<boolean>`parameters ->> 'fileSha256' = ${digest}`)
    .where(isNotVoid)
    .executeTakeFirst();
  if (earlier === undefined) return;
  throw new Fault(
    "conflict",
    `This file is in the record already, as sweep ${earlier.id} of ${formatInstant(earlier.started_at.getTime())}.`,
    { next: "Nothing was recorded. Import the file of another scan." },
  );
}

async function refuseOwnVantage(tx: Tx, vantage: string, own: string): Promise<void> {
  const swept = await tx
    .selectFrom("sweep")
    .innerJoin("vantage_point", "vantage_point.id", "sweep.vantage_id")
    .select("sweep.id")
    .where("vantage_point.name", "=", vantage)
    .where("kind", "<>", "imported")
    .limit(1)
    .executeTakeFirst();
  if (swept === undefined && vantage !== own) return;
  throw new Fault("conflict", `This installation itself scans from the vantage point '${vantage}'.`, {
    place: "--vantage",
    next: "Name the place that the other scanner scanned from, or leave --vantage out.",
  });
}
