import { Fault } from "../model/index.ts";
import { quoted } from "../platform/documents/index.ts";
import { formatIpv4, formatIpv6, MAPPED_FIRST, MAPPED_LAST, parseAddress, type ParsedAddress } from "./address.ts";
import { bigintSpans, numberSpans, spanAt, type Span } from "./spans.ts";

/** An inclusive range of addresses of one family, both ends in canonical text. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/**
 * An immutable set of addresses, kept as sorted, disjoint, merged ranges, IPv4 before IPv6. `has`, `at` and `indexOf`
 * are O(log ranges), the set operations O(ranges); no operation ever walks the addresses. An IPv4-mapped IPv6 address
 * is its IPv4 address, so a range that spans ::ffff:0:0/96 holds all of IPv4.
 */
export interface AddressSet {
  /** Number of addresses; `Infinity` above 2^53 - 1, and then only membership and set operations work. */
  readonly size: number;
  readonly ranges: readonly AddressRange[];
  /** False for text that is not an address. */
  has(address: string): boolean;
  /** The address at `index` in order. @throws RangeError outside `[0, size)` or when the set is too large to index */
  at(index: number): string;
  /** Inverse of `at`: -1 when the set does not hold the address. @throws RangeError when it is too large to index */
  indexOf(address: string): number;
  union(other: AddressSet): AddressSet;
  subtract(other: AddressSet): AddressSet;
  intersect(other: AddressSet): AddressSet;
}

/** The same members as numbers. */
export interface Members {
  readonly v4: readonly Span<number>[];
  readonly v6: readonly Span<bigint>[];
}

interface Index {
  readonly size: number;
  readonly before4: readonly number[];
  readonly before6: readonly number[];
}

/** @throws Fault `config-invalid` for a range that is reversed, of two families, or not a range of addresses */
export function addressSet(ranges: Iterable<AddressRange>): AddressSet {
  const v4: Span<number>[] = [];
  const v6: Span<bigint>[] = [];
  for (const range of ranges) {
    const first = parseAddress(range.first);
    const last = parseAddress(range.last);
    if (first?.family === 4 && last?.family === 4 && first.value <= last.value) v4.push([first.value, last.value]);
    else if (first?.family === 6 && last?.family === 6 && first.value <= last.value) v6.push([first.value, last.value]);
    else throw notARange(range);
  }
  return fromSpans(v4, v6);
}

function notARange({ first, last }: AddressRange): Fault {
  return new Fault("config-invalid", `${quoted(`${first}-${last}`, 100)} is not a range of addresses`, {
    next: "Give a first and a last address of the same family, the smaller one first.",
  });
}

/** A set from spans in any order; IPv6 spans may run over the IPv4-mapped block. */
export function fromSpans(v4: Iterable<Span<number>>, v6: Iterable<Span<bigint>>): AddressSet {
  const all6 = bigintSpans.normalize(v6);
  const mapped = bigintSpans.intersect(all6, MAPPED_BLOCK);
  if (mapped.length === 0) return fromMembers({ v4: numberSpans.normalize(v4), v6: all6 });
  const unmapped = mapped.map(([first, last]): Span<number> => [
    Number(first - MAPPED_FIRST),
    Number(last - MAPPED_FIRST),
  ]);
  return fromMembers({
    v4: numberSpans.normalize([...v4, ...unmapped]),
    v6: bigintSpans.subtract(all6, MAPPED_BLOCK),
  });
}

/** The union of many sets at once, which is cheaper than one after the other. */
export function unionOf(sets: Iterable<AddressSet>): AddressSet {
  const members = Array.from(sets, membersOf);
  return fromMembers({
    v4: numberSpans.normalize(members.flatMap(({ v4 }) => v4)),
    v6: bigintSpans.normalize(members.flatMap(({ v6 }) => v6)),
  });
}

const MAPPED_BLOCK: readonly Span<bigint>[] = [[MAPPED_FIRST, MAPPED_LAST]];

/** The members of a set as sorted, merged, disjoint spans. */
export function membersOf(set: AddressSet): Members {
  return set instanceof RangeSet ? set.members : membersOf(addressSet(set.ranges));
}

function fromMembers(members: Members): AddressSet {
  return new RangeSet(members);
}

/** A class and not closures: a scope of single hosts makes hundreds of thousands of these. */
class RangeSet implements AddressSet {
  readonly members: Members;
  #ranges: readonly AddressRange[] | undefined;
  #index: Index | undefined;

  constructor(members: Members) {
    this.members = members;
  }

  get size(): number {
    return this.#indexed().size;
  }

  get ranges(): readonly AddressRange[] {
    return (this.#ranges ??= formatMembers(this.members));
  }

  has(address: string): boolean {
    return holds(this.members, parseAddress(address));
  }

  at(position: number): string {
    const { size, before4, before6 } = this.#indexable();
    if (!Number.isInteger(position) || position < 0 || position >= size) {
      throw new RangeError(`index ${position} is outside [0, ${size})`);
    }
    const first6 = before6[0];
    if (first6 === undefined || position < first6) {
      const at = spanAt(before4, position);
      return formatIpv4((this.members.v4[at] as Span<number>)[0] + position - (before4[at] as number));
    }
    const at = spanAt(before6, position);
    return formatIpv6((this.members.v6[at] as Span<bigint>)[0] + BigInt(position - (before6[at] as number)));
  }

  indexOf(address: string): number {
    const { before4, before6 } = this.#indexable();
    const parsed = parseAddress(address);
    if (parsed === undefined) return -1;
    const { v4, v6 } = this.members;
    if (parsed.family === 4) {
      const at = numberSpans.find(v4, parsed.value);
      return at < 0 ? -1 : (before4[at] as number) + parsed.value - (v4[at] as Span<number>)[0];
    }
    const at = bigintSpans.find(v6, parsed.value);
    return at < 0 ? -1 : (before6[at] as number) + Number(parsed.value - (v6[at] as Span<bigint>)[0]);
  }

  union(other: AddressSet): AddressSet {
    return combine(this.members, membersOf(other), "union");
  }

  subtract(other: AddressSet): AddressSet {
    return combine(this.members, membersOf(other), "subtract");
  }

  intersect(other: AddressSet): AddressSet {
    return combine(this.members, membersOf(other), "intersect");
  }

  #indexed(): Index {
    return (this.#index ??= indexOfMembers(this.members));
  }

  #indexable(): Index {
    const index = this.#indexed();
    if (index.size === Infinity)
      throw new RangeError("the set holds more than 2^53 - 1 addresses and cannot be indexed");
    return index;
  }
}

function combine(a: Members, b: Members, operation: "union" | "subtract" | "intersect"): AddressSet {
  return fromMembers({ v4: numberSpans[operation](a.v4, b.v4), v6: bigintSpans[operation](a.v6, b.v6) });
}

function holds({ v4, v6 }: Members, parsed: ParsedAddress | undefined): boolean {
  if (parsed === undefined) return false;
  return parsed.family === 4 ? numberSpans.find(v4, parsed.value) >= 0 : bigintSpans.find(v6, parsed.value) >= 0;
}

function indexOfMembers({ v4, v6 }: Members): Index {
  let total = 0;
  const before4 = v4.map(([first, last]) => {
    const before = total;
    total += last - first + 1;
    return before;
  });
  let total6 = BigInt(total);
  const before6 = v6.map(([first, last]) => {
    const before = total6;
    total6 += last - first + 1n;
    return Number(before);
  });
  return { size: total6 > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(total6), before4, before6 };
}

function formatMembers({ v4, v6 }: Members): AddressRange[] {
  return [
    ...v4.map(([first, last]) => ({ first: formatIpv4(first), last: formatIpv4(last) })),
    ...v6.map(([first, last]) => ({ first: formatIpv6(first), last: formatIpv6(last) })),
  ];
}

export const emptyAddressSet: AddressSet = fromSpans([], []);
