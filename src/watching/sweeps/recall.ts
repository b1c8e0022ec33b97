import type { Recall } from "../../model/index.ts";

/** Below this share of the canaries a sweep is untrusted. */
export const LEAST_RECALL = 0.99;
const ALPHA = 0.05;
/** Halvings of [0, 1]: far more precise than the digits that are printed. */
const HALVINGS = 50;

/** Undefined without a canary: then the recall is unknown. */
export function recallOf(found: number, canaries: number): Recall | undefined {
  if (canaries === 0) return undefined;
  const missed = canaries - found;
  // Counts misses, of which there are few: the sums are as long as that number.
  const most = missed === canaries ? 1 : shareWhere((share) => atMost(missed, canaries, share) > ALPHA / 2);
  const least = missed === 0 ? 0 : shareWhere((share) => 1 - atMost(missed - 1, canaries, share) < ALPHA / 2);
  return { canaries, found, low: rounded(1 - most), high: rounded(1 - least) };
}

export function isTrusted(recall: Recall | undefined): boolean {
  return recall === undefined || recall.found / recall.canaries >= LEAST_RECALL;
}

/**
 * The share at which `isBelow` turns from true to false: a bound of Clopper and Pearson's exact interval ("The use of
 * confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934).
 */
function shareWhere(isBelow: (share: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≤ `most`) of a binomial distribution of `trials` with probability `share`, summed in logarithms. */
function atMost(most: number, trials: number, share: number): number {
  if (share <= 0) return 1;
  if (share >= 1) return most >= trials ? 1 : 0;
  const odds = Math.log(share) - Math.log1p(-share);
  let term = trials * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let count = 1; count <= most; count += 1) {
    term += Math.log((trials - count + 1) / count) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

function rounded(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}
