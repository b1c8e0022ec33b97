import { parseAddress } from "./address.ts";
import type { AddressRange, AddressSet } from "./address-set.ts";

/** The shortest text for a range: one address, a CIDR block where it is one, else `first-last`. */
export function formatRange({ first, last }: AddressRange): string {
  if (first === last) return first;
  const from = parseAddress(first);
  const to = parseAddress(last);
  if (from === undefined || to === undefined) return `${first}-${last}`;
  const bits = from.family === 4 ? 32 : 128;
  const size = BigInt(to.value) - BigInt(from.value) + 1n;
  const aligned = (size & (size - 1n)) === 0n && BigInt(from.value) % size === 0n;
  return aligned ? `${first}/${bits - (size.toString(2).length - 1)}` : `${first}-${last}`;
}

/** The ranges of a set as text, the first `limit` of them and then how many more. */
export function formatAddresses(set: AddressSet, limit = 10): string {
  const shown = set.ranges.slice(0, limit).map(formatRange).join(", ");
  const more = set.ranges.length - limit;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
