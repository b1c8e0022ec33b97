import { shortageOf, type Instant, type Shortage } from "../model/index.ts";
import type { Telling } from "./events.ts";
import { recordGap, type GapDeps } from "./monitoring-gaps.ts";

type Gap = Parameters<typeof recordGap>[1];

/** Looks that fail because this machine lacks descriptors, memory or disk: the time without them becomes a gap. */
export interface ShortageGaps {
  /** Performs a look. The first one to succeed after a shortage records how long there was none. */
  around<T>(look: () => Promise<T>): Promise<T>;
}

export function createShortageGaps(deps: GapDeps, say: Pick<Telling, "gap">): ShortageGaps {
  let missed: { readonly since: Instant; readonly shortage: Shortage } | undefined;
  /** Ended, and not recorded yet: the record itself may have too little room for them at first. */
  const ended: Gap[] = [];

  async function recordEnded(): Promise<void> {
    for (let gap = ended.shift(); gap !== undefined; gap = ended.shift()) {
      try {
        await recordGap(deps, gap);
      } catch (problem) {
        ended.unshift(gap);
        throw problem;
      }
      say.gap(gap);
    }
  }

  return {
    async around(look) {
      const began = deps.clock.now();
      try {
        const result = await look();
        if (missed !== undefined && missed.since < began) {
          ended.push({
            cause: "shortage",
            during: { from: missed.since, to: began },
            detail: `this machine had too little of ${missed.shortage.of} to scan`,
          });
        }
        missed = undefined;
        await recordEnded().catch((problem: unknown) => {
          if (shortageOf(problem) === undefined) throw problem;
        });
        return result;
      } catch (problem) {
        const shortage = shortageOf(problem);
        if (shortage !== undefined) missed ??= { since: began, shortage };
        throw problem;
      }
    },
  };
}
