/**
 * Counts that show how much gets lost on the way to a host or a network, there or back.
 *
 * Silence alone says nothing: a filtered endpoint is silent too. But each silent endpoint is tried a second time, and
 * an answer then means that the first try was lost. Of N endpoints of which a share `a` would answer, with a loss of
 * `p`, first tries yield `N·a·(1-p)` answers and second ones `N·a·p·(1-p)`: their ratio is `p`, whatever `a` is. Second
 * tries come seconds later, so their share of answers is applied to the first silences of now.
 */
export interface LossCounts {
  firstAnswered: number;
  firstSilent: number;
  secondAnswered: number;
  secondSilent: number;
  /** Of those answered, the open ones. */
  firstOpen: number;
  secondOpen: number;
  /** When the older half was last forgotten. */
  since: number;
}

/**
 * Of recent counts: after so many first tries the older ones count half, as a network is not the same all day; but
 * only after so long, as silence is known a second later than an answer.
 */
const REMEMBERED = 4_096;
const REMEMBERED_MS = 5_000;
/** The prior weighs as much as so many answers. */
const PRIOR_WEIGHT = 16;
const LOSS_MOST = 0.99;
/** Three losses in so many answers are 2.2 %, above which two tries no longer do. */
const FIRM_ANSWERS = 134;
const FIRM_SECOND_TRIES = 30;
const SURELY_SMALL = 0.01;
/** Open endpoints that must be missing from second tries: chance takes away three quarters of 12 once in 2,000. */
const OPEN_EXPECTED = 12;

export const noCounts = (now: number): LossCounts => ({
  firstAnswered: 0,
  firstSilent: 0,
  secondAnswered: 0,
  secondSilent: 0,
  firstOpen: 0,
  secondOpen: 0,
  since: now,
});

/** `tryNumber`: which try of its endpoint was answered, from 1. */
export function countAnswer(counts: LossCounts, tryNumber: number, open: boolean): void {
  if (tryNumber === 1) {
    counts.firstAnswered++;
    if (open) counts.firstOpen++;
  } else if (tryNumber === 2) {
    counts.secondAnswered++;
    if (open) counts.secondOpen++;
  }
}

export function countSilence(counts: LossCounts, tryNumber: number): void {
  if (tryNumber === 1) counts.firstSilent++;
  else if (tryNumber === 2) counts.secondSilent++;
}

/** Keeps counts recent; to be called whenever something was counted. */
export function forgetSome(counts: LossCounts, now: number): void {
  if (counts.firstAnswered + counts.firstSilent < REMEMBERED || now - counts.since < REMEMBERED_MS) return;
  counts.since = now;
  counts.firstAnswered /= 2;
  counts.firstSilent /= 2;
  counts.secondAnswered /= 2;
  counts.secondSilent /= 2;
  counts.firstOpen /= 2;
  counts.secondOpen /= 2;
}

/** Share of tries that get lost, 0 to 1, drawn towards `prior` while little was seen. */
export function lossOf(counts: LossCounts, prior: number): number {
  const again = counts.secondAnswered + counts.secondSilent;
  // Before any second try it is at most the share of silence.
  if (again === 0) return Math.min(prior, shrunk(counts.firstSilent, counts.firstAnswered, prior));
  return shrunk((counts.firstSilent * counts.secondAnswered) / again, counts.firstAnswered, prior);
}

/** The same from open endpoints alone: a limit on refusals does not affect endpoints that accept. */
export function openLossOf(counts: LossCounts, prior: number): number {
  return shrunk(counts.secondOpen, counts.firstOpen, prior);
}

function shrunk(lost: number, answered: number, prior: number): number {
  return Math.min(LOSS_MOST, (lost + PRIOR_WEIGHT * prior) / (answered + PRIOR_WEIGHT));
}

/**
 * Whether second tries show fewer open endpoints than first ones by more than chance: then the silence at first comes
 * from limited refusals, not from loss on the path.
 */
export function refusalsLimited(counts: LossCounts): boolean {
  if (counts.firstAnswered === 0) return false;
  const expected = (counts.secondAnswered * counts.firstOpen) / counts.firstAnswered;
  return expected >= OPEN_EXPECTED && counts.secondOpen < expected / 4;
}

/** Whether a loss that calls for more than two tries would show by now. */
export function isFirm(counts: LossCounts): boolean {
  if (counts.firstAnswered < FIRM_ANSWERS) return false;
  return (
    counts.firstSilent < SURELY_SMALL * counts.firstAnswered ||
    counts.secondAnswered + counts.secondSilent >= FIRM_SECOND_TRIES
  );
}
