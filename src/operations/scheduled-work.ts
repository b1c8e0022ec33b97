import type { SweepProgress } from "../contract/index.ts";
import type { SigningKey } from "../record/evidence/index.ts";
import type { Clock, Instant } from "../model/index.ts";
import type { SchedulerDeps } from "../platform/scheduling/index.ts";
import type { Store } from "../platform/storage/index.ts";
import type { RecordedSweep, Sweeps } from "../watching/sweeps/index.ts";
import { openSilences } from "../watching/sensor-registry/index.ts";
import { createReverseNames, createShadowAssetWatch, readNeighbours } from "../watching/shadow-assets/index.ts";
import { recordStepBack } from "./clock.ts";
import { dueTargets } from "./due.ts";
import type { AppEvent, Telling } from "./events.ts";
import { signWhatIsDue } from "./checkpoints.ts";
import { openMissedWindows, recordGap } from "./monitoring-gaps.ts";
import { settleScope } from "./leave-scope.ts";
import { createNewsReader } from "./recorded-news.ts";
import { sweepRolling } from "./rolling-sample.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import type { ShortageGaps } from "./shortage-gaps.ts";
import { settleOrphans, sweepTarget } from "./target-sweeps.ts";
import type { WatchedScope } from "./watched-scope.ts";

interface ScheduledDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly key: SigningKey;
  readonly sweeps: Sweeps;
}

/** The receivers of results, and what is known when the schedule begins. */
interface Schedule {
  readonly scopes: WatchedScope;
  readonly say: Telling;
  tell(recorded: RecordedSweep, current: ScopeInForce): Promise<void>;
  /** Names of targets whose sweep a crash left unfinished. They are due at once, and removed from here when swept. */
  readonly interrupted: Set<string>;
  readonly vantage: string;
  readonly heardSince: Instant;
  readonly shortages: ShortageGaps;
  /** Removes the processes of this record that no longer run. */
  expire(): Promise<void>;
  onEvent(event: AppEvent): void;
  readonly onProgress: ((progress: SweepProgress) => void) | undefined;
}

/** The scheduler's actions when something is due. */
export function scheduledWork(
  deps: ScheduledDeps,
  { scopes, say, tell, interrupted, vantage, heardSince, shortages, expire, onEvent, onProgress }: Schedule,
): Pick<SchedulerDeps, "targets" | "sweepTarget" | "sweepRolling" | "checkWindows" | "settle" | "onClockEvent"> {
  const { store } = deps;
  const news = createNewsReader(store.db);
  const undeclared = createShadowAssetWatch({ ...deps, readNeighbours, reverseNames: createReverseNames() });
  return {
    targets: async () => {
      const current = await scopes.recently();
      const views = [current.resolved, ...current.others];
      const due = await Promise.all(views.map((resolved) => dueTargets(store.db, resolved)));
      return due.flat().map((each) => {
        const isInterrupted = each.lane.vantage === vantage && interrupted.has(each.name);
        return isInterrupted ? { ...each, lastStart: undefined } : each;
      });
    },
    sweepTarget: async (name, signal) => {
      interrupted.delete(name);
      try {
        await shortages.around(async () => {
          const current = await scopes.now();
          const recorded = await sweepTarget(deps, current, name, { signal, onProgress });
          for (const each of recorded) await tell(each, current);
        });
      } finally {
        onEvent({ kind: "target-attempted", target: name });
      }
    },
    sweepRolling: (signal) =>
      shortages.around(async () => {
        const current = await scopes.recently();
        const recorded = await sweepRolling(deps, current, { signal });
        if (recorded !== undefined) await tell(recorded, current);
      }),
    checkWindows: async () => {
      for (const late of await openMissedWindows(deps, await scopes.recently())) say.findings(late);
      for (const left of await settleScope(deps)) say.findings(left);
      for (const each of await news()) say.recorded(each);
      await signWhatIsDue(deps);
      for (const silent of await openSilences(deps, heardSince)) say.findings(silent);
      const current = await scopes.recently();
      const shadows = await undeclared.look([current.resolved, ...current.others]);
      if (shadows !== undefined) say.findings(shadows);
    },
    settle: async () => {
      await expire();
      const current = await scopes.recently();
      for (const resolved of [current.resolved, ...current.others]) {
        const seen = { ...current, resolved };
        for (const recorded of await settleOrphans(deps, seen)) await tell(recorded, seen);
      }
    },
    onClockEvent: async ({ cause, during, detail }) => {
      if (cause === "clock-back") await recordStepBack(deps, { during, detail });
      else await recordGap(deps, { cause, during, detail });
      say.gap({ during, detail });
    },
  };
}
