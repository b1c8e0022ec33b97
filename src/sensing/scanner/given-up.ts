import type { Attempt } from "./attempts.ts";

/**
 * Endpoints given up after fewer tries than may turn out to be right: how much is lost, or that their host answers at
 * all, was not known yet. They are looked at once more when everything else is done.
 */
export interface GivenUp {
  add(attempt: Attempt): void;
  /** All of them, which are forgotten by it. */
  take(): readonly Attempt[];
  /** Those there was no room for. */
  readonly forgotten: number;
}

/** Some 30 MB. They are few as soon as the loss is known, unless much is lost and most hosts are silent. */
const KEPT_MOST = 131_072;

export function createGivenUp(most = KEPT_MOST): GivenUp {
  let kept: Attempt[] = [];
  let forgotten = 0;
  return {
    add(attempt) {
      if (kept.length < most) kept.push(attempt);
      else forgotten++;
    },
    take() {
      const taken = kept;
      kept = [];
      return taken;
    },
    get forgotten() {
      return forgotten;
    },
  };
}
