/** A fault of a bundle. Text from the bundle in it is bounded and printable ASCII. */
export interface BundleProblem {
  readonly file: string;
  /** Index of the entry, or number of the line, counted from 0. */
  readonly index?: number;
  readonly field?: string;
  /** A clause without a full stop. */
  readonly problem: string;
}

export interface Problems {
  add(problem: BundleProblem): void;
  list(): readonly BundleProblem[];
  /** All of them, those not listed included. */
  count(): number;
}

const MOST_LISTED = 200;

/** Collects problems. The first {@link MOST_LISTED} are kept: a bundle that is wrong everywhere does not fill memory. */
export function collectBundleProblems(): Problems {
  const kept: BundleProblem[] = [];
  let count = 0;
  return {
    add(problem) {
      count += 1;
      if (kept.length < MOST_LISTED) kept.push(problem);
    },
    list: () => kept,
    count: () => count,
  };
}

const SHOWN = 80;

/** Text from a bundle for a message: bounded, and nothing but printable ASCII. */
export function shown(text: string): string {
  const bounded = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  return bounded.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
