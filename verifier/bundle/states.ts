import { fromHex, toHex } from "../bytes.ts";
import { verifyInclusion } from "../proofs.ts";
import { contains, overlap, type AddressRange, type AddressValue } from "../addresses.ts";
import { coverageDigest, readHostLeaf, type HostLeaf } from "../host-leaf.ts";
import { createHostTree } from "./host-tree.ts";
import { bytesOf, hashesOf, listOf, membersOf, numberOf, parsedJson, textIn, textOf, type Members } from "../json.ts";
import type { Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { HOSTS_FILE, SETS_FILE } from "./layout.ts";

/** What one or more looks saw: the states of hosts, under the name that entries give them. */
export interface StateSet {
  /** Numbers of the leaves, by address. */
  readonly leaves: Int32Array;
  /** Whether leaves of other hosts are left out. */
  readonly partial: boolean;
}

export interface States {
  readonly leaves: readonly HostLeaf[];
  /** By the root of its tree, or by the digest of its coverage (hex). */
  find(name: string): StateSet | undefined;
  readonly sets: number;
  /** The leaf with an address; undefined: the set does not cover it. */
  leafOf(set: StateSet, address: AddressValue): HostLeaf | undefined;
  /** The leaves with addresses of the ranges. */
  leavesIn(set: StateSet, ranges: readonly AddressRange[]): HostLeaf[];
}

/**
 * Reads leaves and sets, and recomputes what names a set: the root of its tree, or its digest. A line of the sets is
 * `{root|digest, leaves}`, `{root|digest, changes: [[position, removed, [leaf…]]…]}` against the set before, or, in a
 * bundle for single assets, `{root, size, shown: [[index, leaf, [hash…]]…]}`.
 */
export async function readStates(reader: BundleReader, problems: Problems): Promise<States> {
  const leaves = await readLeaves(reader, problems);
  const digestOf = (set: StateSet): string =>
    toHex(coverageDigest(Array.from(set.leaves, (leaf) => leaves[leaf] ?? NOBODY)));
  const named = new Map<string, StateSet>();
  const tree = createHostTree((leaf) => leaves[leaf]?.hash ?? new Uint8Array(32));
  let before: Int32Array = new Int32Array(0);
  let sets = 0;
  for await (const [line, text] of reader.records(SETS_FILE)) {
    sets += 1;
    const bad = (problem: string, field?: string): void => problems(SETS_FILE, problem, line, field);
    const said = membersOf(parsedJson(text));
    const root = textOf(said["root"]);
    const digest = textOf(said["digest"]);
    const set = said["shown"] === undefined ? wholeSet(said, before) : shownSet(said, leaves);
    if (set === undefined || (root ?? digest) === undefined || set.leaves.some((leaf) => !(leaf in leaves))) {
      bad("the line is not a set of host states");
    } else if (set.partial) {
      if (set.proven && root !== undefined) named.set(root, set);
      else bad("a proof does not lead from its host to the root", "shown");
    } else {
      before = set.leaves;
      const [field, name = "", computed] =
        root === undefined ? ["digest", digest, digestOf(set)] : ["root", root, toHex(tree.root(set.leaves))];
      if (name === computed) named.set(name, set);
      else bad(`its hosts give ${computed}, not ${name}`, field);
    }
  }
  return {
    leaves,
    find: (name) => named.get(name),
    sets,
    leafOf: ({ leaves: numbers }, address) => {
      const leaf = leaves[numbers[placeOf(numbers, leaves, address)] ?? -1];
      return leaf !== undefined && contains(leaf.range, address) ? leaf : undefined;
    },
    leavesIn: ({ leaves: numbers }, ranges) =>
      ranges.flatMap((range) => {
        const found: HostLeaf[] = [];
        for (let at = placeOf(numbers, leaves, { ...range, value: range.first }); ; at += 1) {
          const leaf = leaves[numbers[at] ?? -1];
          if (leaf === undefined || overlap(leaf.range, range) === undefined) return found;
          found.push(leaf);
        }
      }),
  };
}

async function readLeaves(reader: BundleReader, problems: Problems): Promise<HostLeaf[]> {
  const leaves: HostLeaf[] = [];
  for await (const [number, line] of reader.records(HOSTS_FILE)) {
    const [salt, text] = listOf(parsedJson(line));
    const leaf = readHostLeaf(textIn(text), typeof salt === "string" ? bytesOf(salt) : undefined, number);
    if (leaf === undefined) problems(HOSTS_FILE, "the line is not the state of a host", number);
    leaves.push(leaf ?? NOBODY);
  }
  return leaves;
}

/** In the place of a leaf that cannot be read, so that the numbers of the others stay. It covers no address. */
const NOBODY: HostLeaf = { number: -1, range: { family: 4, first: 1n, last: 0n }, first: "", last: "", lines: [] };

function wholeSet(said: Members, before: Int32Array): StateSet & { readonly proven?: boolean } {
  const whole = listOf(said["leaves"]);
  if (said["changes"] === undefined) return { leaves: Int32Array.from(whole as number[]), partial: false };
  const numbers = [...before];
  for (const change of listOf(said["changes"])) {
    const [at, removed, added] = listOf(change);
    numbers.splice(Number(at), Number(removed), ...(listOf(added) as number[]));
  }
  return { leaves: Int32Array.from(numbers), partial: false };
}

function shownSet(said: Members, leaves: readonly HostLeaf[]): (StateSet & { readonly proven: boolean }) | undefined {
  const root = fromHex(textIn(said["root"]));
  const size = numberOf(said["size"]);
  if (root?.length !== 32 || size === undefined) return undefined;
  let proven = true;
  const numbers: number[] = [];
  for (const item of listOf(said["shown"])) {
    const [index, leaf, hashes] = listOf(item);
    const hash = leaves[Number(leaf)]?.hash;
    const path = hashesOf(hashes);
    proven &&= hash !== undefined && verifyInclusion({ index: Number(index), size, leafHash: hash, root, path });
    numbers.push(Number(leaf));
  }
  return { leaves: Int32Array.from(numbers), partial: true, proven };
}

/** Where the first leaf is that does not end before the address. */
function placeOf(numbers: Int32Array, leaves: readonly HostLeaf[], { family, value }: AddressValue): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = leaves[numbers[middle] ?? -1]?.range ?? NOBODY.range;
    if (range.family < family || (range.family === family && range.last < value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
