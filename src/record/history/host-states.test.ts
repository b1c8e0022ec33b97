import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProver, hostLeafHash, rootOf, verifyInclusion } from "@portolan/verifier";
import { coverageDigest, coverageSetOf, createCoverageBuilder, type ObservedState } from "./coverage.ts";
import { blocksOfStates, commit, hostStates } from "./host-states.ts";

const SECRET = new Uint8Array(32).fill(7);
const STATES: ObservedState[] = ["open", "closed", "filtered", "no-response", "unreachable"];

type Cell = readonly [address: string, transport: "tcp" | "udp", port: number, state: ObservedState];

function coverageOf(cells: readonly Cell[]) {
  const builder = createCoverageBuilder();
  for (const cell of cells) builder.add(...cell);
  return builder.build();
}

describe("host states", () => {
  it("are a line for each transport and state, under the host's address", () => {
    const { ranges } = coverageOf([
      ["10.0.0.5", "udp", 53, "open"],
      ["10.0.0.5", "tcp", 80, "closed"],
      ["10.0.0.5", "tcp", 22, "open"],
      ["10.0.0.5", "tcp", 81, "closed"],
      ["2001:db8::1", "tcp", 443, "filtered"],
    ]);
    expect(hostStates(ranges).map(({ text }) => text)).toEqual([
      "10.0.0.5 10.0.0.5\ntcp open 22\ntcp closed 80-81\nudp open 53\n",
      "2001:db8::1 2001:db8::1\ntcp filtered 443\n",
    ]);
  });

  it("are one for each host that answered, however alike, and one for neighbours where nobody did", () => {
    const { ranges } = coverageOf([
      ["10.0.0.1", "tcp", 22, "closed"],
      ["10.0.0.2", "tcp", 22, "closed"],
      ["10.0.0.3", "tcp", 22, "no-response"],
      ["10.0.0.4", "tcp", 22, "no-response"],
    ]);
    expect(hostStates(ranges).map(({ first, last }) => [first, last])).toEqual([
      ["10.0.0.1", "10.0.0.1"],
      ["10.0.0.2", "10.0.0.2"],
      ["10.0.0.3", "10.0.0.4"],
    ]);
  });

  it("give the coverage back that they were made of", () => {
    const cell = fc.tuple(
      fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.1.0.0", "2001:db8::", "2001:db8::1"),
      fc.constantFrom("tcp" as const, "udp" as const),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(...STATES),
    );
    fc.assert(
      fc.property(fc.array(cell), (cells) => {
        const set = coverageOf(cells);
        const read = coverageSetOf(blocksOfStates(hostStates(set.ranges).map(({ text }) => text)));
        expect(coverageDigest(read)).toBe(coverageDigest(set));
        expect(read).toEqual(set);
      }),
    );
  });

  it("are refused if a line is not a state", () => {
    expect(() => blocksOfStates(["10.0.0.1 10.0.0.1\ntcp ajar 22\n"])).toThrow('the line "tcp ajar 22"');
  });
});

describe("a leaf", () => {
  const { ranges } = coverageOf([
    ["10.0.0.1", "tcp", 22, "open"],
    ["10.0.0.2", "tcp", 22, "closed"],
    ["10.0.0.3", "tcp", 22, "open"],
  ]);
  const leaves = hostStates(ranges).map((state) => commit(SECRET, state));

  it("is SHA-256 of a zero byte, the salt and the text", () => {
    const [leaf] = leaves;
    const bytes = Buffer.concat([Buffer.from([0]), leaf!.salt, Buffer.from(leaf!.text)]);
    expect(leaf!.salt).toHaveLength(16);
    expect(Buffer.from(leaf!.leafHash)).toEqual(createHash("sha256").update(bytes).digest());
  });

  it("is the same for the same state, and another with another secret", () => {
    expect(commit(SECRET, leaves[0]!)).toEqual(leaves[0]);
    expect(commit(new Uint8Array(32), leaves[0]!).leafHash).not.toEqual(leaves[0]!.leafHash);
  });

  it("proves one host with its text, its salt and the hashes beside it", () => {
    const prover = createProver(leaves.map(({ leafHash }) => leafHash));
    const root = rootOf(leaves.map(({ leafHash }) => leafHash));
    const { salt, text } = leaves[1]!;
    const claim = { index: 1, size: 3, root, path: prover.inclusion(1, 3) };
    expect(verifyInclusion({ ...claim, leafHash: hostLeafHash(salt, text) })).toBe(true);
    expect(verifyInclusion({ ...claim, leafHash: hostLeafHash(salt, text.replace("closed", "open")) })).toBe(false);
  });
});
