import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endpointKey } from "../../model/index.ts";
import { UNIVERSE } from "../../../test/fixtures/history-reference.ts";
import { pieceOf } from "./blocks.ts";
import { coverageBlocks, coverageDigest, createCoverageBuilder, type ObservedState, openIn } from "./coverage.ts";

const STATES: ObservedState[] = ["open", "closed", "filtered", "no-response", "unreachable"];

function built(cells: readonly [string, number, ObservedState][]) {
  const builder = createCoverageBuilder();
  for (const [address, port, state] of cells) builder.add(address, "tcp", port, state);
  return builder.build();
}

describe("coverage sets", () => {
  test("equal neighbours become one range", () => {
    const set = built([
      ["10.0.0.2", 80, "closed"],
      ["10.0.0.1", 80, "closed"],
      ["10.0.0.1", 81, "closed"],
      ["10.0.0.2", 81, "closed"],
      ["10.0.0.3", 80, "open"],
    ]);
    expect(set.endpoints).toBe(5);
    expect(set.ranges).toEqual([
      { first: "10.0.0.1", last: "10.0.0.2", transport: "tcp", state: "closed", ports: [[80, 81]] },
      { first: "10.0.0.3", last: "10.0.0.3", transport: "tcp", state: "open", ports: [[80, 80]] },
    ]);
  });

  test("a port that was not scanned splits a range and is not covered", () => {
    const builder = createCoverageBuilder();
    for (const port of [255, 256, 257]) builder.add("10.0.0.1", "tcp", port, port === 256 ? "not-scanned" : "closed");
    expect(builder.build().ranges[0]?.ports).toEqual([
      [255, 255],
      [257, 257],
    ]);
  });

  test("all 65,535 ports of a host, one of them open", () => {
    const builder = createCoverageBuilder();
    for (let port = 65_535; port > 0; port--) builder.add("2001:db8::1", "tcp", port, port === 443 ? "open" : "closed");
    const { endpoints, ranges } = builder.build();
    expect(endpoints).toBe(65_535);
    expect(ranges.map(({ state, ports }) => [state, ports])).toEqual([
      ["open", [[443, 443]]],
      [
        "closed",
        [
          [1, 442],
          [444, 65_535],
        ],
      ],
    ]);
  });

  test("the digest tells states apart, the extent does not", () => {
    const one = built([["10.0.0.1", 80, "open"]]);
    const other = built([["10.0.0.1", 80, "closed"]]);
    expect(coverageDigest(one)).not.toBe(coverageDigest(other));
    expect(one.extent).toBe(other.extent);
    expect(one.extent).not.toBe(built([["10.0.0.1", 81, "open"]]).extent);
    expect(one.extent).not.toBe(built([["10.0.0.2", 80, "open"]]).extent);
  });

  test("the extent is the same however the states split the addresses", () => {
    const alike = built([
      ["10.0.0.1", 80, "closed"],
      ["10.0.0.2", 80, "closed"],
    ]);
    const unlike = built([
      ["10.0.0.1", 80, "closed"],
      ["10.0.0.2", 80, "open"],
    ]);
    expect(alike.extent).toBe(unlike.extent);
  });

  test("nothing added is an empty set", () => {
    expect(createCoverageBuilder().build()).toMatchObject({ endpoints: 0, ranges: [] });
  });

  test("has the last state added for each endpoint, and none for others, in any order", () => {
    const cell = fc.tuple(fc.constantFrom(...UNIVERSE), fc.constantFrom(...STATES));
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 40 }), (cells) => {
        const builder = createCoverageBuilder();
        const last = new Map<string, ObservedState>();
        for (const [{ address, transport, port }, state] of cells) {
          builder.add(address, transport, port, state);
          last.set(endpointKey({ address, transport, port }), state);
        }
        const set = builder.build();
        const blocks = coverageBlocks([...set.ranges].reverse());
        for (const endpoint of UNIVERSE) {
          expect(pieceOf(blocks, endpoint)?.state).toBe(last.get(endpointKey(endpoint)));
        }
        expect(set.endpoints).toBe(last.size);
        const open = [...last].filter(([, state]) => state === "open").map(([key]) => key);
        expect([...openIn(blocks)].map(endpointKey).sort()).toEqual(open.sort());

        const again = createCoverageBuilder();
        for (const endpoint of [...UNIVERSE].reverse()) {
          const state = last.get(endpointKey(endpoint));
          if (state !== undefined) again.add(endpoint.address, endpoint.transport, endpoint.port, state);
        }
        expect(again.build()).toEqual(set);
      }),
    );
  });
});
