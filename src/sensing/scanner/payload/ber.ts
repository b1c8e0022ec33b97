import { bytes, type Part } from "./bytes.ts";

/** Basic Encoding Rules (ITU-T X.690, section 8), as far as the requests need them: definite lengths under 65,536. */
export function tlv(tag: number, ...content: readonly Part[]): Uint8Array {
  const value = bytes(...content);
  const { length } = value;
  if (length < 0x80) return bytes(tag, length, value);
  return length < 0x100 ? bytes(tag, 0x81, length, value) : bytes(tag, 0x82, length >>> 8, length & 0xff, value);
}

export const sequence = (...content: readonly Part[]): Uint8Array => tlv(0x30, ...content);
export const text = (value: string): Uint8Array => tlv(0x04, value);
export const NULL = Uint8Array.of(0x05, 0);

/** A whole number from 0 to 2^31 - 1. */
export function integer(value: number, tag = 0x02): Uint8Array {
  const all = [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
  // The shortest form whose first bit is not a sign.
  let from = 0;
  while (from < 3 && all[from] === 0 && ((all[from + 1] ?? 0) & 0x80) === 0) from++;
  return tlv(tag, Uint8Array.from(all.slice(from)));
}

/** A number that differs from try to try: 31 random bits. */
export function someInteger(random: Uint8Array): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0] = random;
  return integer(((a & 0x7f) << 24) | (b << 16) | (c << 8) | d);
}
