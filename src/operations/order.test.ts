import { describe, expect, it } from "vitest";
import type { AuthorizedPort, Endpoint } from "../model/index.ts";
import { createPlan, portsText } from "../sensing/scanner/index.ts";
import { addressSet, parsePorts, parseScope, resolveScope, unionOf, type AddressSet } from "../scope/index.ts";
import { knownBlocks, planBlocks, targetsCovered } from "./order.ts";

const SCOPE = `version: 1
name: order
systemTypes:
  web: { cadence: 1h, ports: "80,443" }
  database: { cadence: 1h, ports: "5432" }
targets:
  - { name: dmz, addresses: [10.0.0.0/29], systemType: web }
  - { name: host, addresses: [10.0.1.1], systemType: web }
assets:
  - { name: db, addresses: [10.0.0.3], systemType: database }
exclusions:
  - { addresses: [10.0.0.7], reason: printer }
`;

const resolved = await resolveScope(
  parseScope(SCOPE, "portolan.yaml", () => ""),
  { lookup: () => Promise.resolve([]), ownAddresses: () => [] },
);
const everything = unionOf(resolved.targets.map(({ addresses }) => addresses));
const only = (...addresses: string[]): AddressSet =>
  addressSet(addresses.map((address) => ({ first: address, last: address })));
const planOf = (blocks: ReturnType<typeof planBlocks>) => createPlan({ blocks, seed: "0".repeat(32) });
const portsAt = (blocks: ReturnType<typeof planBlocks>, address: string): string =>
  blocks
    .filter((block) => block.addresses.has(address))
    .map((block) => block.ports.format())
    .join(" and ");

describe("the plan of a sweep", () => {
  it("has each asset with the ports of its own system type, and the rest with those of the target", () => {
    const blocks = planBlocks(resolved, everything, undefined);
    expect(portsAt(blocks, "10.0.0.3")).toBe("5432");
    expect(portsAt(blocks, "10.0.0.2")).toBe("80,443");
    expect(portsAt(blocks, "10.0.0.7")).toBe("");
    expect(planOf(blocks).size).toBe(6 * 2 + 1 + 2);
  });

  it("has the requested ports everywhere, at the selected addresses only", () => {
    const blocks = planBlocks(resolved, only("10.0.0.3", "10.0.1.1"), parsePorts("22"));
    expect(planOf(blocks).size).toBe(2);
    expect(portsText(blocks)).toBe("22");
  });
});

describe("the targets that a plan covers completely", () => {
  it("are all of them for the whole scope, and one for its addresses", () => {
    expect(targetsCovered(resolved, planOf(planBlocks(resolved, everything, undefined)))).toEqual(["dmz", "host"]);
    expect(targetsCovered(resolved, planOf(planBlocks(resolved, only("10.0.1.1"), undefined)))).toEqual(["host"]);
  });

  it("are none if each lacks an address or a port", () => {
    expect(targetsCovered(resolved, planOf(planBlocks(resolved, only("10.0.0.3"), undefined)))).toEqual([]);
    expect(targetsCovered(resolved, planOf(planBlocks(resolved, everything, parsePorts("80"))))).toEqual([]);
  });

  it("include those whose ports were all requested, and more", () => {
    const wide = planOf(planBlocks(resolved, everything, parsePorts("1-6000")));
    expect(targetsCovered(resolved, wide)).toEqual(["dmz", "host"]);
  });
});

describe("the endpoints that are swept every minute", () => {
  const open: Endpoint[] = [{ address: "10.0.0.2", transport: "tcp", port: 8080 }];
  const expected: AuthorizedPort = {
    selector: { asset: "db" },
    transport: "tcp",
    ports: [5432, 5432],
    owner: "me",
    justification: "data",
    controls: [],
    presence: "expected",
  };

  it("are the open and the expected ones, without duplicates", () => {
    const blocks = knownBlocks(
      resolved,
      everything,
      [...open, ...open, { address: "10.0.0.3", transport: "tcp", port: 5432 }],
      [expected],
      0,
      100,
    );
    expect(portsAt(blocks, "10.0.0.2")).toBe("8080");
    expect(portsAt(blocks, "10.0.0.3")).toBe("5432");
    expect(planOf(blocks).size).toBe(2);
  });

  it("leave out authorizations that ended or are optional", () => {
    const ended = { ...expected, expires: 10 };
    expect(knownBlocks(resolved, everything, [], [ended, { ...expected, presence: "optional" }], 10, 100)).toEqual([]);
  });

  it("stop at the limit instead of taking half a range", () => {
    const wide: AuthorizedPort = { ...expected, ports: [1, 60_000] };
    expect(planOf(knownBlocks(resolved, everything, open, [wide], 0, 100)).size).toBe(1);
  });
});
