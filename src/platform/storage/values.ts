/** Type ids of PostgreSQL (pg_type.oid) whose default parsing is replaced, on both drivers. */
export const INT8 = 20;
export const BYTEA = 17;
export const TIMESTAMPTZ = 1184;

/** A bigint as a number. Throws a RangeError instead of rounding. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is a bigint that a JavaScript number cannot hold`);
  return value;
}

/** The furthest time that a Date can hold, in milliseconds (ECMAScript, section 21.4.1.1). */
const FURTHEST = 8.64e15;

/**
 * A timestamp as a Date. No time of the record is outside the range of a Date: `infinity`, and what else PostgreSQL stores
 * beyond it, reads as its end. So a row that was given one can be read, compared and named like any other.
 */
export function dateOf(text: string): Date {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? new Date(/^-|BC$/.test(text) ? -FURTHEST : FURTHEST) : at;
}

/** PostgreSQL's hex form, `\x00ff`. */
export function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.slice(2), "hex"));
}

export function hexOfBytes(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
