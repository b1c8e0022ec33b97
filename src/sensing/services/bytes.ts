/** Bytes of Latin-1 text, and of numbers as they are. */
export function bytes(...parts: readonly (string | number | Uint8Array | readonly number[])[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from(part, "latin1");
      return typeof part === "number" ? Buffer.of(part) : Buffer.from(part);
    }),
  );
}

export const u16 = (value: number): readonly number[] => [(value >> 8) & 255, value & 255];
export const u32 = (value: number): readonly number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
/** The other way round, as Microsoft's, MySQL's and MongoDB's protocols have it. */
export const u32le = (value: number): readonly number[] => u32(value).toReversed();

/** A text of any bytes, one character a byte. */
export function latin1(of: Uint8Array): string {
  return Buffer.from(of.buffer, of.byteOffset, of.byteLength).toString("latin1");
}

/** As UTF-8, with U+FFFD for what is none. */
export function utf8(of: Uint8Array): string {
  return Buffer.from(of.buffer, of.byteOffset, of.byteLength).toString("utf8");
}

/** Reads from the start on. Past the end everything is zero or empty, and `short` says that it happened. */
export interface Cursor {
  readonly short: boolean;
  readonly left: number;
  u8(): number;
  u16(): number;
  u32(): number;
  u32le(): number;
  take(length: number): Uint8Array;
  /** Up to the byte, which is skipped. `short` when it is not there. */
  until(byte: number): Uint8Array;
}

export function cursor(of: Uint8Array): Cursor {
  let at = 0;
  let isShort = false;
  const take = (length: number): Uint8Array => {
    if (length > of.length - at) {
      isShort = true;
      at = of.length;
      return new Uint8Array(0);
    }
    at += length;
    return of.subarray(at - length, at);
  };
  const number = (length: number): number => {
    let value = 0;
    for (const byte of take(length)) value = value * 256 + byte;
    return value;
  };
  return {
    get short() {
      return isShort;
    },
    get left() {
      return of.length - at;
    },
    u8: () => number(1),
    u16: () => number(2),
    u32: () => number(4),
    u32le: () => take(4).reduceRight((value, byte) => value * 256 + byte, 0),
    take,
    until(byte) {
      const end = of.indexOf(byte, at);
      if (end < 0) {
        isShort = true;
        at = of.length;
        return new Uint8Array(0);
      }
      const from = at;
      at = end + 1;
      return of.subarray(from, end);
    },
  };
}
