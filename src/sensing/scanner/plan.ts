import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { type Endpoint, Fault, type JsonValue } from "../../model/index.ts";
import {
  addressIndex,
  type AddressIndex,
  type AddressRange,
  addressSet,
  type AddressSet,
  parsePorts,
  type PortSet,
  unionOf,
} from "../../scope/index.ts";
import { permutation } from "./permutation.ts";

/** Every one of these ports on every one of these addresses. */
export interface PlanBlock {
  readonly addresses: AddressSet;
  readonly ports: PortSet;
}

/** The endpoints of a sweep in their order: the same JSON gives the same endpoints at the same indexes, anywhere. */
export interface Plan {
  /** Disjoint in endpoints. */
  readonly blocks: readonly PlanBlock[];
  /** 32 hex digits; the order of the plan depends on it and on nothing else. */
  readonly seed: string;
  /** Number of endpoints, at most 2^53 - 1. */
  readonly size: number;
  /** The endpoint at a place of the order. Throws RangeError outside `[0, size)`. */
  at(index: number): Endpoint;
  /** The place of an endpoint in the order; -1 when it is not planned. */
  indexOf(endpoint: Endpoint): number;
  /** The place of an index in the order of the blocks: plans of the same blocks agree on it, whatever their seeds. */
  place(index: number): number;
  /** The endpoints as text, whatever their order. */
  readonly endpoints: string;
  /** Enough to reproduce it exactly, see {@link planFromJson}. */
  toJson(): JsonValue;
  /** SHA-256 (hex) of the RFC 8785 form of `toJson()`. */
  readonly digest: string;
  /** Every address that occurs. */
  readonly addresses: AddressSet;
}

/** A plan of so many endpoints keeps them: a sweep walks through its plan six times. */
const MOST_KEPT = 100_000;
const SEED = /^[0-9a-f]{32}$/;

/**
 * Lays out addresses × ports of all blocks as one index space in permuted order. Endpoints of an earlier block are
 * removed from later ones, so that no endpoint is planned twice.
 *
 * Fault `config-invalid` when the plan holds more than 2^53 - 1 endpoints or the seed is not 32 hex digits.
 */
export function createPlan(options: { readonly blocks: readonly PlanBlock[]; readonly seed: string }): Plan {
  const { seed } = options;
  if (!SEED.test(seed)) {
    throw new Fault("config-invalid", `the plan's seed ${JSON.stringify(seed.slice(0, 40))} is not 32 hex digits`, {
      next: "Give 16 random bytes as lower-case hex.",
    });
  }
  const blocks = disjoint(options.blocks);
  const starts: number[] = [];
  let size = 0;
  for (const { addresses, ports } of blocks) {
    starts.push(size);
    size += addresses.size * ports.size;
    if (!Number.isSafeInteger(size)) {
      throw new Fault("config-invalid", "the plan holds more endpoints than anybody can probe (over 2^53 - 1)", {
        next: "Choose smaller address ranges; an IPv6 network has to be given as the addresses in use.",
      });
    }
  }
  const order = permutation(size, seed);
  let byAddress: AddressIndex | undefined;
  const found: Endpoint[] = [];
  const written = blocks.map(({ addresses, ports }) => ({
    addresses: addresses.ranges.map(rangeText),
    ports: ports.format(),
  }));
  const json = { version: 1, seed, blocks: written };

  return {
    blocks,
    seed,
    size,
    at(index) {
      const known = found[index];
      if (known !== undefined) return known;
      const value = order.at(index);
      const place = lastAtMost(starts, value);
      const { addresses, ports } = blocks[place] as PlanBlock;
      const within = value - (starts[place] ?? 0);
      const row = Math.floor(within / ports.size);
      const { transport, port } = ports.at(within - row * ports.size);
      const endpoint = { address: addresses.at(row), transport, port };
      if (size <= MOST_KEPT) found[index] = endpoint;
      return endpoint;
    },
    indexOf({ address, transport, port }) {
      byAddress ??= addressIndex(blocks.map(({ addresses }) => addresses));
      for (const place of byAddress.placesOf(address)) {
        const { addresses, ports } = blocks[place] as PlanBlock;
        const column = ports.indexOf(transport, port);
        const row = column < 0 ? -1 : addresses.indexOf(address);
        if (row >= 0) return order.indexOf((starts[place] ?? 0) + row * ports.size + column);
      }
      return -1;
    },
    place: (position) => order.at(position),
    get endpoints() {
      return JSON.stringify(written);
    },
    toJson: () => json,
    digest: createHash("sha256")
      .update(canonicalize(json) ?? "")
      .digest("hex"),
    addresses: unionOf(blocks.map(({ addresses }) => addresses)),
  };
}

/** The plan that `toJson()` wrote. Fault `config-invalid` for anything else. */
export function planFromJson(json: JsonValue): Plan {
  const stored = json as { version?: unknown; seed?: unknown; blocks?: unknown } | null;
  if (
    typeof stored !== "object" ||
    stored?.version !== 1 ||
    typeof stored.seed !== "string" ||
    !Array.isArray(stored.blocks)
  ) {
    throw unreadable();
  }
  const blocks = (stored.blocks as { addresses?: unknown; ports?: unknown }[]).map(({ addresses, ports }) => {
    if (!Array.isArray(addresses) || typeof ports !== "string") throw unreadable();
    return { addresses: addressSet(addresses.map(rangeOfText)), ports: parsePorts(ports) };
  });
  return createPlan({ blocks, seed: stored.seed });
}

function unreadable(): Fault {
  return new Fault("config-invalid", "the recorded plan cannot be read: it is not of version 1", {
    next: "Use the version of Portolan that recorded it, or a newer one.",
  });
}

const rangeText = ({ first, last }: AddressRange): string => (first === last ? first : `${first}-${last}`);

function rangeOfText(text: unknown): AddressRange {
  if (typeof text !== "string") throw unreadable();
  const [first = "", last = first] = text.split("-");
  return { first, last };
}

function disjoint(blocks: readonly PlanBlock[]): PlanBlock[] {
  const { sharing } = addressIndex(blocks.map(({ addresses }) => addresses));
  const kept: PlanBlock[][] = [];
  for (const [place, block] of blocks.entries()) {
    let parts: PlanBlock[] = [block];
    for (const earlier of (sharing[place] ?? []).flatMap((each) => kept[each] ?? [])) {
      parts = parts.flatMap((part) => without(part, earlier));
    }
    kept.push(parts.filter(({ addresses, ports }) => addresses.ranges.length > 0 && ports.size > 0));
  }
  return kept.flat();
}

function without(part: PlanBlock, earlier: PlanBlock): PlanBlock[] {
  const shared = part.addresses.intersect(earlier.addresses);
  const ports = part.ports.subtract(earlier.ports);
  if (shared.ranges.length === 0 || ports.size === part.ports.size) return [part];
  return [
    { addresses: part.addresses.subtract(shared), ports: part.ports },
    { addresses: shared, ports },
  ];
}

/** Place of the last of the ascending `starts` that is at most `value`. */
function lastAtMost(starts: readonly number[], value: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
