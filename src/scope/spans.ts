/** An inclusive run of whole numbers. */
export type Span<N> = readonly [first: N, last: N];

/**
 * Set algebra over lists of spans. Every list that goes in, other than into `normalize`, and every list that comes out
 * is sorted, disjoint and merged (no two spans touch). All of it is linear in the number of spans, whatever their size.
 */
export interface SpanAlgebra<N> {
  normalize(spans: Iterable<Span<N>>): Span<N>[];
  union(a: readonly Span<N>[], b: readonly Span<N>[]): Span<N>[];
  subtract(a: readonly Span<N>[], b: readonly Span<N>[]): Span<N>[];
  intersect(a: readonly Span<N>[], b: readonly Span<N>[]): Span<N>[];
  /** Index of the span that holds the value, -1 when none does. O(log n). */
  find(spans: readonly Span<N>[], value: N): number;
}

export function spanAlgebra<N extends number | bigint>(
  next: (value: N) => N,
  previous: (value: N) => N,
): SpanAlgebra<N> {
  const merge = (sorted: readonly Span<N>[]): Span<N>[] => {
    const merged: Span<N>[] = [];
    let open: Span<N> | undefined;
    for (const span of sorted) {
      if (open !== undefined && span[0] <= next(open[1])) {
        if (span[1] > open[1]) open = [open[0], span[1]];
      } else {
        if (open !== undefined) merged.push(open);
        open = span;
      }
    }
    if (open !== undefined) merged.push(open);
    return merged;
  };

  const sortByFirst = (spans: Span<N>[]): Span<N>[] => spans.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));

  return {
    normalize: (spans) => merge(sortByFirst([...spans])),
    // Sorting two sorted runs one after the other is linear in V8's TimSort.
    union: (a, b) => (a.length === 0 ? [...b] : b.length === 0 ? [...a] : merge(sortByFirst([...a, ...b]))),
    subtract(a, b) {
      const left: Span<N>[] = [];
      let at = 0;
      for (const [first, last] of a) {
        let from = first;
        let used = false;
        while (at < b.length && (b[at] as Span<N>)[1] < from) at += 1;
        for (let hole = at; hole < b.length; hole++) {
          const [holeFirst, holeLast] = b[hole] as Span<N>;
          if (holeFirst > last) break;
          if (holeFirst > from) left.push([from, previous(holeFirst)]);
          if (holeLast >= last) {
            used = true;
            break;
          }
          from = next(holeLast);
          at = hole + 1;
        }
        if (!used) left.push([from, last]);
      }
      return left;
    },
    intersect(a, b) {
      const common: Span<N>[] = [];
      let i = 0;
      let j = 0;
      while (i < a.length && j < b.length) {
        const [aFirst, aLast] = a[i] as Span<N>;
        const [bFirst, bLast] = b[j] as Span<N>;
        const first = aFirst > bFirst ? aFirst : bFirst;
        const last = aLast < bLast ? aLast : bLast;
        if (first <= last) common.push([first, last]);
        if (aLast < bLast) i += 1;
        else j += 1;
      }
      return common;
    },
    find(spans, value) {
      let low = 0;
      let high = spans.length - 1;
      while (low <= high) {
        const middle = (low + high) >>> 1;
        const [first, last] = spans[middle] as Span<N>;
        if (value < first) high = middle - 1;
        else if (value > last) low = middle + 1;
        else return middle;
      }
      return -1;
    },
  };
}

export const numberSpans: SpanAlgebra<number> = spanAlgebra<number>(
  (value) => value + 1,
  (value) => value - 1,
);

export const bigintSpans: SpanAlgebra<bigint> = spanAlgebra<bigint>(
  (value) => value + 1n,
  (value) => value - 1n,
);

/** Index of the span that holds the `index`-th element, given how many elements come before each span. O(log n). */
export function spanAt(before: readonly number[], index: number): number {
  let low = 0;
  let high = before.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((before[middle] as number) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}
