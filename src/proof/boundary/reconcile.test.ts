import fc from "fast-check";
import { expect, it } from "vitest";
import { addressSet } from "../../scope/index.ts";
import { BOUNDARY_DISPOSITIONS, reconcile, type DeclaredBoundary } from "./reconcile.ts";

const set = (...ranges: string[]) =>
  addressSet(ranges.map((range) => range.split("-")).map(([first = "", last = first]) => ({ first, last })));

const declared: DeclaredBoundary = {
  boundary: set("10.0.0.0-10.0.0.9", "10.0.0.11-10.0.0.15").subtract(set("10.0.0.5")),
  exclusions: [{ addresses: set("10.0.0.5"), reason: "printer" }],
  targetOf: () => "lan",
  assetOf: (address) => (address === "10.0.0.1" ? "web-1" : undefined),
  addressesOf: (name) => ({ "web-1": set("10.0.0.1"), "gone.z": set() })[name],
  lastScan: (address) => ({ "10.0.0.1": { at: 9, answered: true }, "10.0.0.2": { at: 8, answered: false } })[address],
};

it("has one line for each address, with all that the sources say of it", () => {
  const { lines, unknown } = reconcile(
    [
      {
        name: "dns",
        records: [
          { name: "b.z", address: "10.0.0.1", detail: "A" },
          { name: "a.z", address: "10.0.0.1", detail: "A" },
          { address: "10.0.0.10", detail: "A" },
        ],
      },
      {
        name: "cmdb",
        records: [
          { name: "web-1", address: "10.0.0.1", detail: "row" },
          { address: "10.0.0.2", detail: "row" },
          { address: "10.0.0.3", detail: "row" },
          { address: "10.0.0.5", detail: "row" },
        ],
      },
    ],
    declared,
  );
  expect(lines).toEqual([
    {
      address: "10.0.0.1",
      names: ["a.z", "b.z", "web-1"],
      sources: ["cmdb", "dns"],
      disposition: "scanned",
      target: "lan",
      asset: "web-1",
      scannedAt: 9,
    },
    { address: "10.0.0.2", names: [], sources: ["cmdb"], disposition: "unreachable", target: "lan", scannedAt: 8 },
    { address: "10.0.0.3", names: [], sources: ["cmdb"], disposition: "declared", target: "lan" },
    { address: "10.0.0.5", names: [], sources: ["cmdb"], disposition: "excluded", reason: "printer" },
    { address: "10.0.0.10", names: [], sources: ["dns"], disposition: "discovered" },
  ]);
  expect(unknown.ranges).toEqual(set("10.0.0.0", "10.0.0.4", "10.0.0.6-10.0.0.9", "10.0.0.11-10.0.0.15").ranges);
});

it("gives names without an address those that the scope gives them", () => {
  const records = ["WEB-1", "gone.z", "new.z"].map((name) => ({ name, detail: "row" }));
  expect(
    reconcile([{ name: "cmdb", records }], declared).lines.map(({ names, disposition }) => [...names, disposition]),
  ).toEqual([
    ["WEB-1", "scanned"],
    ["gone.z", "declared"],
    ["new.z", "discovered"],
  ]);
});

it("counts every address and name of every source exactly once", () => {
  const record = fc.record({
    name: fc.option(fc.constantFrom("web-1", "gone.z", "new.z"), { nil: undefined }),
    address: fc.integer({ min: 0, max: 20 }).map((last) => `10.0.0.${last}`),
    detail: fc.constant(""),
  });
  fc.assert(
    fc.property(fc.array(fc.array(record)), (all) => {
      const sources = all.map((records, at) => ({ name: `source-${at}`, records }));
      const { lines, unknown } = reconcile(sources, declared);
      const addresses = new Set(all.flat().map(({ address }) => address));
      expect(new Set(lines.map(({ address }) => address))).toEqual(addresses);
      expect(lines).toHaveLength(addresses.size);
      expect(lines.every(({ disposition }) => BOUNDARY_DISPOSITIONS.includes(disposition))).toBe(true);
      const declaredKnown = lines.filter(({ disposition }) => !["discovered", "excluded"].includes(disposition));
      expect(unknown.size + declaredKnown.length).toBe(declared.boundary.size);
    }),
  );
});
