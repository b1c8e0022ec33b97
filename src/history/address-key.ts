import ipaddr from "ipaddr.js";

/**
 * An address as something that sorts: IPv4 as its 32-bit number, IPv6 as its 128-bit value plus 2^33. JavaScript
 * compares numbers with bigints by value, so all of IPv4 comes before all of IPv6 and the two never touch, while
 * the family that is nearly everything stays on plain numbers.
 */
export type AddressKey = number | bigint;

const IPV6_BASE = 2n ** 33n;

/** The key of a canonical address (dotted quad or RFC 5952); throws a RangeError for anything else. */
export function addressKey(address: string): AddressKey {
  return address.includes(":") ? ipv6Key(address) : ipv4Key(address);
}

/** The canonical address of a key: the inverse of {@link addressKey}. */
export function addressOf(key: AddressKey): string {
  if (typeof key === "number") return `${key >>> 24}.${(key >>> 16) & 255}.${(key >>> 8) & 255}.${key & 255}`;
  const hex = (key - IPV6_BASE).toString(16).padStart(32, "0");
  return ipaddr.IPv6.parse(hex.replace(/(.{4})(?=.)/g, "$1:")).toRFC5952String();
}

export function nextKey(key: AddressKey): AddressKey {
  return typeof key === "number" ? key + 1 : key + 1n;
}

export function previousKey(key: AddressKey): AddressKey {
  return typeof key === "number" ? key - 1 : key - 1n;
}

/** How many addresses lie in `[lo, hi]`, both of one family; rounded above 2^53. */
export function addressCount(lo: AddressKey, hi: AddressKey): number {
  return typeof lo === "number" && typeof hi === "number" ? hi - lo + 1 : Number(BigInt(hi) - BigInt(lo) + 1n);
}

export function compareKeys(a: AddressKey, b: AddressKey): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `192.0.2.1`, or `192.0.2.1-192.0.2.9`. */
export function formatKeys(lo: AddressKey, hi: AddressKey): string {
  return lo === hi ? addressOf(lo) : `${addressOf(lo)}-${addressOf(hi)}`;
}

function ipv4Key(address: string): number {
  let value = 0;
  let part = 0;
  let parts = 1;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code === 46) {
      value = value * 256 + part;
      part = 0;
      parts++;
    } else {
      part = part * 10 + code - 48;
    }
  }
  const key = value * 256 + part;
  if (parts !== 4 || !(key >= 0 && key < 2 ** 32)) throw new RangeError(`not a canonical address: ${address}`);
  return key;
}

function ipv6Key(address: string): bigint {
  if (!ipaddr.IPv6.isValid(address)) throw new RangeError(`not a canonical address: ${address}`);
  let value = 0n;
  for (const byte of ipaddr.IPv6.parse(address).toByteArray()) value = value * 256n + BigInt(byte);
  return value + IPV6_BASE;
}
