/**
 * Long work that stops between its pieces, none of which takes more than some tens of milliseconds: a server answers
 * others meanwhile.
 */
export type InPieces<T> = Generator<undefined, T>;

/** Items in one piece. */
export const PIECE = 500;

/** Does the whole work in one turn. */
export function atOnce<T>(work: InPieces<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Does each piece in a turn of its own. */
export async function inTurns<T>(work: InPieces<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** `items.map(map)`, in pieces. */
export function* mapInPieces<T, R>(items: readonly T[], map: (item: T, index: number) => R): InPieces<R[]> {
  const mapped: R[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % PIECE === 0) yield;
    mapped.push(map(item, index));
  }
  return mapped;
}
