import { formatAddress, parseAddress } from "../../scope/index.ts";

/**
 * An address as a sortable key: IPv4 as its 32-bit number, IPv6 as its 128-bit value plus 2^33. JavaScript compares
 * numbers with bigints by value, so all of IPv4 sorts before all of IPv6 and the two never touch, while IPv4, by far
 * the more common one, uses plain numbers.
 */
export type AddressKey = number | bigint;

const IPV6_BASE = 2n ** 33n;

/** The key of an address; throws a RangeError for other text. */
export function addressKey(address: string): AddressKey {
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new RangeError(`not an address: ${JSON.stringify(address.slice(0, 60))}`);
  return parsed.family === 4 ? parsed.value : parsed.value + IPV6_BASE;
}

/** The canonical address of a key: the inverse of {@link addressKey}. */
export function addressOf(key: AddressKey): string {
  return formatAddress(typeof key === "number" ? { family: 4, value: key } : { family: 6, value: key - IPV6_BASE });
}

export function nextKey(key: AddressKey): AddressKey {
  return typeof key === "number" ? key + 1 : key + 1n;
}

export function previousKey(key: AddressKey): AddressKey {
  return typeof key === "number" ? key - 1 : key - 1n;
}

/** The number of addresses in `[lo, hi]`, both of one family; rounded above 2^53. */
export function addressCount(lo: AddressKey, hi: AddressKey): number {
  return typeof lo === "number" && typeof hi === "number" ? hi - lo + 1 : Number(BigInt(hi) - BigInt(lo) + 1n);
}

export function compareKeys(a: AddressKey, b: AddressKey): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
