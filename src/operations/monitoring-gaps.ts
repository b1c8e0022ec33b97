import { recordChange } from "../record/change/index.ts";
import type { SigningKey } from "../record/evidence/index.ts";
import { applyFindings, hasChanged, type Applied } from "../judgement/findings/index.ts";
import { recordMonitoringGap } from "../record/history/index.ts";
import {
  formatDuration,
  formatInstant,
  type Clock,
  type Deviation,
  type Duration,
  type Entry,
  type Period,
  type ScopeVersion,
} from "../model/index.ts";
import type { ClockEvent } from "../platform/scheduling/index.ts";
import type { ResolvedScope } from "../scope/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { lastSweepEnd, latestFullSweep, missedSweep } from "../watching/sweeps/index.ts";
import type { ScopeInForce } from "./scope-in-force.ts";

export interface GapDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
}

/** The known endpoints are swept every minute: a longer silence means that no process was running. */
const SILENCE: Duration = 120_000;

export type GapCause = ClockEvent["cause"] | "not-running" | "shortage";

/** Records a time during which nothing was or could be observed: a row, and an entry of the evidence log. */
export async function recordGap(
  deps: GapDeps,
  gap: { readonly cause: GapCause; readonly during: Period; readonly detail: string },
): Promise<void> {
  const at = deps.clock.now();
  const { cause, during, detail } = gap;
  await recordChange(deps, at, async (change) => {
    await recordMonitoringGap(change.tx, { ...gap, recordedAt: at });
    const entry: Entry = {
      type: "gap-recorded",
      at,
      data: { cause, from: formatInstant(during.from), to: formatInstant(during.to), detail },
    };
    change.append(entry);
    change.notify(entry, { kind: "gap-recorded", subject: { cause } });
  });
}

/** At start: the time since the last sweep of any kind ended, if that is longer than monitoring is ever silent. */
export async function gapSinceLastSweep(
  deps: GapDeps,
): Promise<{ cause: "not-running"; during: Period; detail: string } | undefined> {
  const end = await lastSweepEnd(deps.store.db);
  const now = deps.clock.now();
  if (end === undefined || now - end <= SILENCE) return undefined;
  const detail = `Portolan was not running for ${formatDuration(Math.round((now - end) / 1_000) * 1_000)}`;
  return { cause: "not-running", during: { from: end, to: now }, detail };
}

/**
 * Opens a `coverage-gap` finding for each target whose sweep did not run in its window, as seen from each vantage
 * point. A vantage point without a worker is late for every target. The next full sweep from there resolves the
 * finding.
 */
export async function openMissedWindows(deps: GapDeps, scope: ScopeInForce): Promise<Applied[]> {
  const opened: Applied[] = [];
  for (const resolved of [scope.resolved, ...scope.others]) {
    const applied = await openMissedFrom(deps, resolved, scope.version);
    if (applied !== undefined) opened.push(applied);
  }
  return opened;
}

async function openMissedFrom(
  deps: GapDeps,
  resolved: ResolvedScope,
  version: ScopeVersion,
): Promise<Applied | undefined> {
  const now = deps.clock.now();
  const vantage = resolved.scope.vantage;
  const late: Deviation[] = [];
  for (const { target, systemType } of resolved.targets) {
    const last = await latestFullSweep(deps.store.db, vantage, target.name);
    const missed = missedSweep(target, systemType, last?.startedAt ?? version.recordedAt, now, resolved.viewpoint);
    if (missed !== undefined) late.push(missed);
  }
  if (late.length === 0) return undefined;
  const applied = await recordChange(deps, now, (change) =>
    applyFindings(change, { vantage, seen: late, only: ["open", "regress"] }),
  );
  return hasChanged(applied) ? applied : undefined;
}
