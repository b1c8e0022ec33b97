import type { Attempt } from "./attempts.ts";

/**
 * Endpoints given up after possibly too few tries, since the loss was not known yet, or whether their host answers at
 * all. They are reviewed once everything else is done.
 */
export interface GivenUp {
  add(attempt: Attempt): void;
  /** All of them, which are forgotten by it. */
  take(): readonly Attempt[];
  /** Number of those without room. */
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
