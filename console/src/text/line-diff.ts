/** A line of two texts compared: in both, only in the later one, or only in the earlier one; lines count from 1. */
export interface DiffLine {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

/** Of longer middles, everything counts as replaced: the table of the comparison has lines × lines cells. */
const MOST_CELLS = 4_000_000;

/** The shortest way from one text to the other in whole lines: a longest common subsequence (Hunt and Szymanski 1977). */
export function lineDiff(earlier: string, later: string): DiffLine[] {
  const a = linesOf(earlier);
  const b = linesOf(later);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  const same = (): void => void lines.push({ kind: "same", text: a[i] ?? "", before: ++i, after: ++j });
  const removed = (): void => void lines.push({ kind: "removed", text: a[i] ?? "", before: ++i });
  const added = (): void => void lines.push({ kind: "added", text: b[j] ?? "", after: ++j });
  while (i < head) same();
  const endA = a.length - tail;
  const endB = b.length - tail;
  const longest = commonLengths(a.slice(head, endA), b.slice(head, endB));
  while (i < endA || j < endB) {
    if (longest !== undefined && i < endA && j < endB && a[i] === b[j]) same();
    else if (
      i < endA &&
      (j >= endB || longest === undefined || longest(i - head + 1, j - head) >= longest(i - head, j - head + 1))
    )
      removed();
    else added();
  }
  while (i < a.length) same();
  return lines;
}

/** The lines around each change; a gap between two parts is undefined. */
export function changedParts(lines: readonly DiffLine[], around = 3): (DiffLine | undefined)[] {
  const wanted = new Set<number>();
  lines.forEach(({ kind }, at) => {
    if (kind !== "same") for (let each = at - around; each <= at + around; each += 1) wanted.add(each);
  });
  return lines.flatMap((line, at) =>
    wanted.has(at) ? (at > 0 && !wanted.has(at - 1) ? [undefined, line] : [line]) : [],
  );
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** The length of the longest common subsequence of both rests, from an index of each; undefined: too long to compare. */
function commonLengths(a: readonly string[], b: readonly string[]): ((i: number, j: number) => number) | undefined {
  const width = b.length + 1;
  if ((a.length + 1) * width > MOST_CELLS) return undefined;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const below = table[(i + 1) * width + j] ?? 0;
      const beside = table[i * width + j + 1] ?? 0;
      table[i * width + j] = a[i] === b[j] ? (table[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(below, beside);
    }
  }
  return (i, j) => table[i * width + j] ?? 0;
}
