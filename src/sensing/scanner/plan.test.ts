import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointKey, type JsonValue } from "../../model/index.ts";
import { addressSet, parsePorts } from "../../scope/index.ts";
import { createPlan, type PlanBlock, planFromJson } from "./plan.ts";

const SEED = "00112233445566778899aabbccddeeff";
const block = (first: string, last: string, ports: string): PlanBlock => ({
  addresses: addressSet([{ first, last }]),
  ports: parsePorts(ports),
});

const blocksOfAnyKind = fc.array(
  fc
    .tuple(
      fc.constantFrom("10.0.0.", "2001:db8::"),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 8 }),
      fc.constantFrom("T", "U"),
    )
    .map(([net, first, more, port, ports, transport]) =>
      block(`${net}${first}`, `${net}${Math.min(9, first + more)}`, `${transport}:${port}-${port + ports}`),
    ),
  { maxLength: 5 },
);
const seeds = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString("hex"));

function naive(blocks: readonly PlanBlock[]): Set<string> {
  const keys = new Set<string>();
  for (const { addresses, ports } of blocks) {
    for (let a = 0; a < addresses.size; a++) {
      for (let p = 0; p < ports.size; p++) keys.add(endpointKey({ address: addresses.at(a), ...ports.at(p) }));
    }
  }
  return keys;
}

describe("plan", () => {
  it("holds every endpoint of its blocks exactly once, however they overlap, and finds each again", () => {
    fc.assert(
      fc.property(blocksOfAnyKind, seeds, (blocks, seed) => {
        const plan = createPlan({ blocks, seed });
        const wanted = naive(blocks);
        expect(plan.size).toBe(wanted.size);
        const seen = new Set<string>();
        for (let i = 0; i < plan.size; i++) {
          const endpoint = plan.at(i);
          seen.add(endpointKey(endpoint));
          expect(plan.indexOf(endpoint)).toBe(i);
        }
        expect(seen).toEqual(wanted);
      }),
    );
  });

  it("is reproduced exactly from its JSON, through text", () => {
    fc.assert(
      fc.property(blocksOfAnyKind, seeds, (blocks, seed) => {
        const plan = createPlan({ blocks, seed });
        const again = planFromJson(JSON.parse(JSON.stringify(plan.toJson())) as JsonValue);
        expect(again.digest).toBe(plan.digest);
        expect(Array.from({ length: plan.size }, (_, i) => again.at(i))).toEqual(
          Array.from({ length: plan.size }, (_, i) => plan.at(i)),
        );
      }),
    );
  });

  it("keeps the digest and order that were once recorded", () => {
    const plan = createPlan({
      blocks: [block("192.0.2.1", "192.0.2.4", "22,80-81"), block("2001:db8::1", "2001:db8::2", "443")],
      seed: SEED,
    });
    expect(plan.toJson()).toEqual({
      version: 1,
      seed: SEED,
      blocks: [
        { addresses: ["192.0.2.1-192.0.2.4"], ports: "22,80-81" },
        { addresses: ["2001:db8::1-2001:db8::2"], ports: "443" },
      ],
    });
    expect(plan.digest).toMatchInlineSnapshot(`"0b12500f6e70ef16ecc9d30619b760c724ba1f7df075f82c02e6377925510af4"`);
    expect(Array.from({ length: 4 }, (_, i) => endpointKey(plan.at(i)))).toMatchInlineSnapshot(`
      [
        "tcp/192.0.2.2:80",
        "tcp/192.0.2.4:80",
        "tcp/192.0.2.4:22",
        "tcp/192.0.2.4:81",
      ]
    `);
  });

  it("has another digest for another seed, address or port", () => {
    const digests = [
      createPlan({ blocks: [block("192.0.2.1", "192.0.2.1", "80")], seed: SEED }),
      createPlan({ blocks: [block("192.0.2.1", "192.0.2.1", "80")], seed: SEED.replaceAll("0", "1") }),
      createPlan({ blocks: [block("192.0.2.2", "192.0.2.2", "80")], seed: SEED }),
      createPlan({ blocks: [block("192.0.2.1", "192.0.2.1", "U:80")], seed: SEED }),
    ].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(4);
  });

  it("lays out a whole /8 with all ports without walking it", () => {
    const plan = createPlan({ blocks: [block("10.0.0.0", "10.255.255.255", "-")], seed: SEED });
    expect(plan.size).toBe(2 ** 24 * 65_535);
    const far = plan.at(plan.size - 1);
    expect(plan.indexOf(far)).toBe(plan.size - 1);
    expect(plan.addresses.size).toBe(2 ** 24);
  });

  it("returns -1 for an endpoint it does not hold", () => {
    const plan = createPlan({ blocks: [block("192.0.2.1", "192.0.2.4", "80")], seed: SEED });
    for (const [address, transport, port] of [
      ["192.0.2.5", "tcp", 80],
      ["192.0.2.1", "udp", 80],
      ["192.0.2.1", "tcp", 81],
    ] as const) {
      expect(plan.indexOf({ address, transport, port })).toBe(-1);
    }
    expect(() => plan.at(4)).toThrow(RangeError);
  });

  it("refuses an impossible plan, with a next step", () => {
    const refused = (make: () => unknown): void => {
      expect(make).toThrow(
        expect.objectContaining({ code: "config-invalid", next: expect.stringMatching(/\.$/) as string }),
      );
    };
    refused(() => createPlan({ blocks: [block("2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", "80")], seed: SEED }));
    refused(() =>
      createPlan({
        blocks: [block("10.0.0.0", "10.255.255.255", "-"), block("2001:db8::", "2001:db8::ff:ffff:ffff", "-")],
        seed: SEED,
      }),
    );
    refused(() => createPlan({ blocks: [], seed: "short" }));
    for (const json of [
      null,
      7,
      {},
      { version: 2, seed: SEED, blocks: [] },
      { version: 1, seed: SEED, blocks: [{ addresses: [7], ports: "80" }] },
    ]) {
      refused(() => planFromJson(json));
    }
  });
});
