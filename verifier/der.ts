import { toHex } from "./bytes.ts";

/** A value of DER (X.690). */
export interface Der {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
  /** The parts of a constructed value. */
  readonly parts: readonly Der[];
}

const DEEPEST = 16;

/** The values that bytes consist of. Throws for anything else. */
export function derIn(bytes: Uint8Array, depth = 0): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, short = 0] = bytes.subarray(at, at + 2);
    const extra = short > 0x7f ? short & 0x7f : 0;
    const begin = at + 2 + extra;
    const length = extra === 0 ? short : Number(`0x${toHex(bytes.subarray(at + 2, begin))}`);
    const content = bytes.subarray(begin, begin + length);
    if (extra > 4 || depth > DEEPEST || content.length !== length) throw new Error("is not DER");
    const parts = (tag & 0x20) === 0 ? [] : derIn(content, depth + 1);
    found.push({ tag, content, whole: bytes.subarray(at, begin + length), parts });
    at = begin + length;
  }
  return found;
}
