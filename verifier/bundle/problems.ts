/** A fault of a bundle. Text from the bundle in it is bounded and printable ASCII. */
export interface BundleProblem {
  readonly file: string;
  /** Index of the entry, or number of the line, counted from 0. */
  readonly index?: number | undefined;
  readonly field?: string | undefined;
  /** A clause without a full stop. */
  readonly problem: string;
}

/** Takes a fault of a bundle: its members in another order. */
export type Problems = (file: string, problem: string, index?: number, field?: string) => void;

export interface CollectedProblems {
  readonly add: Problems;
  list(): readonly BundleProblem[];
  /** All of them, those not listed included. */
  count(): number;
}

const MOST_LISTED = 200;

/** Collects problems. The first {@link MOST_LISTED} are kept: a bundle that is wrong everywhere does not fill memory. */
export function collectBundleProblems(): CollectedProblems {
  const kept: BundleProblem[] = [];
  let count = 0;
  return {
    add(file, problem, index, field) {
      count += 1;
      if (kept.length < MOST_LISTED) kept.push({ file, problem, index, field });
    },
    list: () => kept,
    count: () => count,
  };
}
