import { shortageOf, type Instant, type Shortage } from "../model/index.ts";
import type { Telling } from "./events.ts";
import { recordGap, type GapDeps } from "./monitoring-gaps.ts";

/** Looks that fail because this machine lacks descriptors, memory or disk: the time without them becomes a gap. */
export interface ShortageGaps {
  /** Performs a look. The first one to succeed after a shortage records how long there was none. */
  around<T>(look: () => Promise<T>): Promise<T>;
}

export function createShortageGaps(deps: GapDeps, say: Pick<Telling, "gap">): ShortageGaps {
  let missed: { readonly since: Instant; readonly shortage: Shortage } | undefined;
  return {
    async around(look) {
      const began = deps.clock.now();
      try {
        const result = await look();
        const ended = missed;
        if (ended !== undefined) {
          const gap = {
            cause: "shortage",
            during: { from: ended.since, to: began },
            detail: `this machine had too little of ${ended.shortage.of} to scan`,
          } as const;
          if (ended.since < began) {
            await recordGap(deps, gap);
            say.gap(gap);
          }
          missed = undefined;
        }
        return result;
      } catch (problem) {
        const shortage = shortageOf(problem);
        if (shortage !== undefined) missed ??= { since: began, shortage };
        throw problem;
      }
    },
  };
}
