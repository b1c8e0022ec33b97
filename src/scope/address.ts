import ipaddr from "ipaddr.js";

/** An IP address as a number: 32 bits for IPv4, 128 bits for IPv6. */
export type ParsedAddress =
  { readonly family: 4; readonly value: number } | { readonly family: 6; readonly value: bigint };

export const MAX_IPV4 = 0xffff_ffff;
export const MAX_IPV6 = (1n << 128n) - 1n;

/** ::ffff:0:0/96, RFC 4291 section 2.5.5.2: IPv4 addresses written as IPv6. */
export const MAPPED_FIRST = 0xffffn << 32n;
export const MAPPED_LAST = MAPPED_FIRST + 0xffff_ffffn;

/** Longest text of an address: eight groups, the last two as a dotted quad. */
const LONGEST = 45;

/**
 * Reads a dotted quad or an IPv6 address (RFC 4291 section 2.2). An IPv4-mapped IPv6 address is its IPv4 address.
 * Zone ids, leading zeros in a quad (read as octal by some) and shorthands like `10.1` are refused.
 */
export function parseAddress(text: string): ParsedAddress | undefined {
  if (text.length > LONGEST) return undefined;
  if (!text.includes(":")) {
    const value = parseQuad(text);
    return value < 0 ? undefined : { family: 4, value };
  }
  const value = parseIpv6(text);
  return value === undefined ? undefined : fromIpv6(value);
}

/** The IPv6 address, or the IPv4 address it maps. */
function fromIpv6(value: bigint): ParsedAddress {
  if (value >= MAPPED_FIRST && value <= MAPPED_LAST) return { family: 4, value: Number(value - MAPPED_FIRST) };
  return { family: 6, value };
}

/** The dotted quad as a number, -1 if it is not one. Parsed by hand, because the sweep does it for every probe. */
function parseQuad(text: string): number {
  let value = 0;
  let octet = -1;
  let octets = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? 46 : text.charCodeAt(at);
    if (code === 46) {
      if (octet < 0 || octets === 4) return -1;
      value = value * 256 + octet;
      octets += 1;
      octet = -1;
    } else if (code >= 48 && code <= 57) {
      if (octet === 0) return -1;
      octet = (octet < 0 ? 0 : octet * 10) + code - 48;
      if (octet > 255) return -1;
    } else {
      return -1;
    }
  }
  return octets === 4 ? value : -1;
}

function parseIpv6(text: string): bigint | undefined {
  let groups = text;
  if (text.includes(".")) {
    // ipaddr.js reads the deprecated ::1.2.3.4 as ::ffff:1.2.3.4; as two groups it is unambiguous.
    const cut = text.lastIndexOf(":") + 1;
    const quad = parseQuad(text.slice(cut));
    if (quad < 0) return undefined;
    groups = `${text.slice(0, cut)}${(quad >>> 16).toString(16)}:${(quad & 0xffff).toString(16)}`;
  }
  if (!/^[0-9a-f:]+$/i.test(groups) || !ipaddr.IPv6.isValid(groups)) return undefined;
  let value = 0n;
  for (const part of ipaddr.IPv6.parse(groups).parts) value = (value << 16n) | BigInt(part);
  return value;
}

/** Dotted quad, or RFC 5952 text for IPv6. */
export function formatAddress(address: ParsedAddress): string {
  return address.family === 4 ? formatIpv4(address.value) : formatIpv6(address.value);
}

export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** RFC 5952 section 4: lower case, no leading zeros, the first of the longest runs of two or more zero groups cut. */
export function formatIpv6(value: bigint): string {
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn));
  let cutAt = -1;
  let cutLength = 1;
  for (let at = 0; at < 8; at++) {
    let end = at;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - at > cutLength) {
      cutAt = at;
      cutLength = end - at;
    }
    if (end > at) at = end;
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  return cutAt < 0 ? hex(groups) : `${hex(groups.slice(0, cutAt))}::${hex(groups.slice(cutAt + cutLength))}`;
}

/** The one text of an address that the record uses; undefined if it is not an address. */
export function canonicalAddress(text: string): string | undefined {
  const parsed = parseAddress(text);
  return parsed === undefined ? undefined : formatAddress(parsed);
}
