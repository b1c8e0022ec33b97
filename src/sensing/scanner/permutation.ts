import { createHash } from "node:crypto";

/** A keyed bijection on the whole numbers `[0, size)`: the order in which a plan is walked. */
export interface Permutation {
  readonly size: number;
  /** Where index `i` goes. Throws RangeError outside `[0, size)`. */
  at(i: number): number;
  /** The inverse: `indexOf(at(i)) === i`. Throws RangeError outside `[0, size)`. */
  indexOf(value: number): number;
}

const ROUNDS = 4;
/** Round functions give 27 bits, so that a sum with a half (below 2^27 for 2^53 - 1) stays a 32-bit integer. */
const ROUND_SHIFT = 5;

function roundKeys(seed: string): Int32Array {
  const digest = createHash("sha256").update("portolan permutation 1\n").update(seed).digest();
  return Int32Array.from({ length: ROUNDS * 2 }, (_, i) => digest.readInt32LE(i * 4));
}

function scramble(value: number, key: number): number {
  let h = Math.imul(value ^ key, 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 15) ^ (key >>> 7), 0xc2b2_ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4_eb2f);
  return (h ^ (h >>> 16)) >>> ROUND_SHIFT;
}

/**
 * Generalised Feistel network with cycle walking (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002,
 * section 5) over `rows × columns >= size`, about a square, so that hardly any value has to walk. It spreads load; it
 * is not a cipher for secrets. The same seed and size give the same order on every machine.
 *
 * `size` from 0 to 2^53 - 1.
 */
export function permutation(size: number, seed: string): Permutation {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`a permutation of ${size} values is not possible`);
  const keys = roundKeys(seed);
  const columns = Math.max(1, Math.ceil(Math.sqrt(size)));
  const rows = Math.max(1, Math.ceil(size / columns));
  // rows × columns may exceed 2^53: a position outside is known by its coordinates, never by its product.
  const lastRow = Math.floor((size - 1) / columns);
  const lastRowEnd = size - lastRow * columns;
  let row = 0;
  let column = 0;

  function enter(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0 || value >= size) {
      throw new RangeError(`${value} is outside of [0, ${size})`);
    }
    row = Math.floor(value / columns);
    column = value - row * columns;
  }
  const outside = (): boolean => row > lastRow || (row === lastRow && column >= lastRowEnd);

  function at(i: number): number {
    enter(i);
    do {
      for (let k = 0; k < keys.length; k += 2) {
        row = (row + scramble(column, keys[k] ?? 0)) % rows;
        column = (column + scramble(row, keys[k + 1] ?? 0)) % columns;
      }
    } while (outside());
    return row * columns + column;
  }

  function indexOf(value: number): number {
    enter(value);
    do {
      for (let k = keys.length - 2; k >= 0; k -= 2) {
        column = back(column - (scramble(row, keys[k + 1] ?? 0) % columns), columns);
        row = back(row - (scramble(column, keys[k] ?? 0) % rows), rows);
      }
    } while (outside());
    return row * columns + column;
  }

  return { size, at, indexOf };
}

function back(difference: number, modulus: number): number {
  return difference < 0 ? difference + modulus : difference;
}
