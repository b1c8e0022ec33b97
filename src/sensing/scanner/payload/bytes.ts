/** One byte, text of one byte per character, or unchanged bytes. */
export type Part = number | string | Uint8Array;

export function bytes(...parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts.map(bytesOf)));
}

function bytesOf(part: Part): Uint8Array {
  if (typeof part === "number") return Uint8Array.of(part);
  return typeof part === "string" ? Buffer.from(part, "latin1") : part;
}

export const u16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 0xff);
export const u32 = (value: number): Uint8Array => Uint8Array.from([...u16(value >>> 16), ...u16(value & 0xffff)]);
export const zeros = (count: number): Uint8Array => new Uint8Array(count);

/** The content with its length before it, in two bytes. */
export const sized16 = (content: Uint8Array): Uint8Array => bytes(u16(content.length), content);

/** A request for a port: built from {@link RANDOM_BYTES} of randomness, so that no two tries are the same exchange. */
export type Payload = (random: Uint8Array) => Uint8Array;
export const RANDOM_BYTES = 32;
