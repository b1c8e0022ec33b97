/** The changes that make one list of numbers of another: `[position, removed, added]`, to be made one after the other. */
export type Splice = readonly [position: number, removed: number, added: readonly number[]];

/**
 * The fewest words for what changed between two sets of hosts: sets follow each other with a host or two in another state,
 * so that most of a thousand numbers need not be written again.
 */
export function splices(before: readonly number[], after: readonly number[]): Splice[] {
  if (before.length !== after.length) return [wholeSplice(before, after)];
  const found: [number, number, number[]][] = [];
  for (const [index, number] of after.entries()) {
    if (before[index] === number) continue;
    const last = found.at(-1);
    if (last !== undefined && last[0] + last[1] === index) {
      last[1] += 1;
      last[2].push(number);
    } else found.push([index, 1, [number]]);
  }
  return found;
}

function wholeSplice(before: readonly number[], after: readonly number[]): Splice {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return [start, before.length - start - end, after.slice(start, after.length - end)];
}
