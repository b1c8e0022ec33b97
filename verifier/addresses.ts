/** An IP address as a number, its family with it: comparable within its family only. */
export interface AddressValue {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** First and last address, inclusive, of one family. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads a dotted quad, or an IPv6 address in any of its forms (RFC 4291, section 2.2). */
export function parseAddress(text: string): AddressValue | undefined {
  const quad = quadOf(text);
  if (quad !== undefined) return { family: 4, value: BigInt(quad) };
  const [head = "", tail, more] = text.split("::");
  if (!text.includes(":") || more !== undefined) return undefined;
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  if (left === undefined || right === undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array<number>(missing).fill(0), ...right];
  return { family: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n) };
}

function quadOf(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  for (const part of text.split(":")) {
    const quad = quadOf(part);
    if (quad !== undefined) groups.push(quad >>> 16, quad & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** An address, a CIDR block, or `first-last`; undefined for a name. */
export function parseRange(text: string): AddressRange | undefined {
  const [, base, bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (base !== undefined) {
    const address = parseAddress(base);
    const width = address?.family === 4 ? 32n : 128n;
    if (address === undefined || BigInt(bits ?? 0) > width) return undefined;
    const size = 1n << (width - BigInt(bits ?? 0));
    const first = (address.value / size) * size;
    return { family: address.family, first, last: first + size - 1n };
  }
  const [low = "", high = low] = text.split("-");
  const first = parseAddress(low);
  const last = parseAddress(high);
  if (first === undefined || last === undefined || first.family !== last.family || first.value > last.value) {
    return undefined;
  }
  return { family: first.family, first: first.value, last: last.value };
}

export function contains(range: AddressRange, { family, value }: AddressValue): boolean {
  return range.family === family && range.first <= value && value <= range.last;
}

export function overlap(a: AddressRange, b: AddressRange): AddressRange | undefined {
  if (a.family !== b.family) return undefined;
  const first = a.first > b.first ? a.first : b.first;
  const last = a.last < b.last ? a.last : b.last;
  return first > last ? undefined : { family: a.family, first, last };
}
