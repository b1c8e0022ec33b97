import {
  formatDuration,
  formatInstant,
  targetSubject,
  type Deviation,
  type Instant,
  type SystemType,
  type Target,
} from "../../model/index.ts";
import { missedWindow } from "../../platform/scheduling/index.ts";

/**
 * The deviation of a target whose sweep did not run in its window; undefined while it is in time. `lastStart`: when its
 * last complete full sweep began or, without one, when it came into scope.
 */
export function missedSweep(
  target: Target,
  { cadence }: SystemType,
  lastStart: Instant,
  now: Instant,
  viewpoint?: { readonly name: string; readonly own: boolean },
): Deviation | undefined {
  const missed = missedWindow(lastStart, lastStart, cadence, now);
  if (missed === undefined) return undefined;
  const from = viewpoint === undefined || viewpoint.own ? "" : ` from ${viewpoint.name}`;
  return {
    kind: "coverage-gap",
    subject: targetSubject({ target: target.name, owner: target.owner }),
    summary: `${target.name} was due for a sweep${from} at ${formatInstant(missed.from)} (cadence ${formatDuration(cadence)}) and none had completed by then`,
    endpoints: [],
    during: { from: missed.from },
  };
}
