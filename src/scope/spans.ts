/** An inclusive run of whole numbers. */
export type Span<N> = readonly [first: N, last: N];

/**
 * Set algebra over lists of spans. Every list that goes in, other than into `normalize`, and every list that comes out
 * is sorted, disjoint and merged (no two spans touch). The cost depends on the number of spans, never on their size: a few
 * spans against many take a few binary searches.
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

  /** Index of the first span that ends at or after the value. */
  const firstReaching = (spans: readonly Span<N>[], value: N): number => {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((spans[middle] as Span<N>)[1] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    normalize: (spans) => merge(sortByFirst([...spans])),
    // Sorting two sorted runs one after the other is linear in V8's TimSort.
    union: (a, b) => (a.length === 0 ? [...b] : b.length === 0 ? [...a] : merge(sortByFirst([...a, ...b]))),
    subtract(a, b) {
      const left: Span<N>[] = [];
      for (const [first, last] of a) {
        let from: N | undefined = first;
        for (let hole = firstReaching(b, first); hole < b.length && from !== undefined; hole++) {
          const [holeFirst, holeLast] = b[hole] as Span<N>;
          if (holeFirst > last) break;
          if (holeFirst > from) left.push([from, previous(holeFirst)]);
          from = holeLast >= last ? undefined : next(holeLast);
        }
        if (from !== undefined) left.push([from, last]);
      }
      return left;
    },
    intersect(a, b) {
      const [few, many] = a.length <= b.length ? [a, b] : [b, a];
      const common: Span<N>[] = [];
      for (const [first, last] of few) {
        for (let at = firstReaching(many, first); at < many.length; at++) {
          const [otherFirst, otherLast] = many[at] as Span<N>;
          if (otherFirst > last) break;
          common.push([otherFirst > first ? otherFirst : first, otherLast < last ? otherLast : last]);
        }
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
