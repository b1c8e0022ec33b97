import type { ClockAcceptedResult, Operations } from "../contract/index.ts";
import { bindClockStep, isAhead, recordChange, recordedUntil, versionsThen } from "../record/change/index.ts";
import type { SigningKey } from "../record/evidence/index.ts";
import { recordMonitoringGap, sealLooks, setHistoryBack, settleAddresses } from "../record/history/index.ts";
import { Fault, formatDuration, formatInstant, type Clock, type Entry, type Period } from "../model/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { setSensorsBack } from "../watching/sensor-registry/index.ts";

interface ClockDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key?: SigningKey | undefined;
}

export function createClock(deps: ClockDeps): Operations["clock"] {
  return {
    get: async () => {
      const now = deps.clock.now();
      const until = await recordedUntil(deps.store.db);
      return {
        schema: "portolan.clock/1",
        at: formatInstant(now),
        ...(until === undefined ? {} : { recordedUntil: formatInstant(until) }),
        ahead: isAhead(until, now),
      };
    },
    accept: ({ requestedBy }) => acceptClock(deps, requestedBy),
  };
}

/** A person states that the clock is right now. @throws Fault `conflict` unless the record is ahead of it */
async function acceptClock(deps: ClockDeps, by: string): Promise<ClockAcceptedResult> {
  const now = deps.clock.now();
  const until = await recordedUntil(deps.store.db);
  if (until === undefined || !isAhead(until, now)) {
    throw new Fault("conflict", "The record is not ahead of the clock of this machine.", {
      next: "There is nothing to accept. portolan clock shows both times.",
    });
  }
  const length = formatDuration(Math.round((until - now) / 1_000) * 1_000);
  const detail = `the clock was ahead by ${length} or more and was set right, says ${by}`;
  const { runs, entry } = await recordStepBack(deps, { during: { from: now, to: until }, detail, by });
  return {
    schema: "portolan.clock-accepted/1",
    at: formatInstant(now),
    aheadUntil: formatInstant(until),
    by,
    runs,
    entry,
  };
}

/**
 * Records that the clock was set back: an entry, a gap, and the end of what had been recorded from the future. `during`
 * is the time that is now passed a second time.
 */
export async function recordStepBack(
  deps: Omit<ClockDeps, "clock">,
  step: { readonly during: Period; readonly detail: string; readonly by?: string },
): Promise<{ readonly runs: number; readonly entry: number }> {
  const { during, detail, by } = step;
  const at = during.from;
  let index = Number.NaN;
  const runs = await recordChange(deps, at, async (change) => {
    await setSensorsBack(change, during.from);
    await sealLooks(change);
    const versions = await versionsThen(change.tx);
    const { runs: voided, imports, lastLook, lastSweep } = await setHistoryBack(change, during.from);
    await settleAddresses(change, during.from);
    await recordMonitoringGap(change.tx, { cause: "clock-back", during, detail, recordedAt: at });
    const entry: Entry = {
      type: "gap-recorded",
      at,
      data: {
        cause: "clock-back",
        from: formatInstant(during.from),
        to: formatInstant(during.to),
        detail,
        voidRuns: voided,
        voidImports: imports,
        scopeVersion: versions.scopeVersion,
        baselineVersion: versions.baselineVersion,
        lastLook,
        lastSweep,
        ...(by === undefined ? {} : { by }),
      },
    };
    bindClockStep(change, entry, { ahead: during, versions, lastLook, lastSweep }, (placed) => (index = placed));
    change.notify(entry, { kind: "gap-recorded", subject: { cause: "clock-back" } });
    return voided;
  });
  return { runs, entry: index };
}
