/** Ports from `first` to `last`, inclusive. Lists of spans are sorted and disjoint. */
export type Span = readonly [first: number, last: number];

/** A statement about the ports from `first` to `last`. Lists are sorted and disjoint. */
export interface Piece {
  readonly first: number;
  readonly last: number;
}

/** The ports of `spans` that no piece covers. */
export function withoutPieces(spans: readonly Span[], pieces: readonly Piece[]): Span[] {
  const rest: Span[] = [];
  let at = 0;
  for (const [first, last] of spans) {
    let from = first;
    for (; at < pieces.length; at++) {
      const piece = pieces[at];
      if (piece === undefined || piece.first > last) break;
      if (piece.last >= from) {
        if (piece.first > from) rest.push([from, piece.first - 1]);
        from = piece.last + 1;
      }
      if (piece.last > last) break;
    }
    if (from <= last) rest.push([from, last]);
  }
  return rest;
}

/** The pieces, cut to the ports of `spans`. */
export function piecesWithin<P extends Piece>(pieces: readonly P[], spans: readonly Span[]): P[] {
  const within: P[] = [];
  let at = 0;
  for (const [first, last] of spans) {
    for (; at < pieces.length; at++) {
      const piece = pieces[at];
      if (piece === undefined || piece.first > last) break;
      if (piece.last >= first) {
        within.push(
          piece.first >= first && piece.last <= last
            ? piece
            : { ...piece, first: Math.max(piece.first, first), last: Math.min(piece.last, last) },
        );
      }
      if (piece.last > last) break;
    }
  }
  return within;
}

/** All ports of both lists, touching spans joined. */
export function joinSpans(a: readonly Span[], b: readonly Span[]): Span[] {
  const joined: [number, number][] = [];
  for (const [first, last] of [...a, ...b].sort((x, y) => x[0] - y[0])) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

export function spanSize(spans: readonly Span[]): number {
  let size = 0;
  for (const [first, last] of spans) size += last - first + 1;
  return size;
}

/** The piece that contains a port, by binary search. */
export function pieceAt<P extends Piece>(pieces: readonly P[], port: number): P | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const piece = pieces[middle];
    if (piece === undefined) return undefined;
    if (port < piece.first) high = middle - 1;
    else if (port > piece.last) low = middle + 1;
    else return piece;
  }
  return undefined;
}
