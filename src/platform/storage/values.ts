/** Type ids of PostgreSQL (pg_type.oid) whose default parsing is replaced, on both drivers. */
export const INT8 = 20;
export const BYTEA = 17;

/** A bigint as a number. Throws a RangeError instead of rounding. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is a bigint that a JavaScript number cannot hold`);
  return value;
}

/** PostgreSQL's hex form, `\x00ff`. */
export function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.slice(2), "hex"));
}

export function hexOfBytes(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
