import { expect, it } from "vitest";
import { capabilityWords, hasRawPackets, readCapabilities, without } from "./capabilities.ts";

const status = (inheritable: string, effective: string): string =>
  `Name:\tnode\nCapInh:\t${inheritable}\nCapPrm:\t${effective}\nCapEff:\t${effective}\n`;

it("reads the capabilities of a process, and none where the system does not report them", () => {
  expect(hasRawPackets(readCapabilities(status("0000000000000000", "0000000000002000")))).toBe(true);
  expect(hasRawPackets(readCapabilities(status("0000000000002000", "0000000000001fff")))).toBe(false);
  expect(readCapabilities("Name:\tnode\n")).toEqual({ effective: 0n, inheritable: 0n });
});

it("keeps root's access to files, process names and low ports, and adds no capability", () => {
  const root = without(readCapabilities(status("ffffffffffffffff", "000001ffffffffff")));
  expect(root.effective).toBe((1n << 1n) | (1n << 2n) | (1n << 10n) | (1n << 19n));
  expect(hasRawPackets(root)).toBe(false);
  expect(without(readCapabilities(status("0000000000002400", "0000000000002400")))).toEqual({
    effective: 1n << 10n,
    inheritable: 1n << 10n,
  });
});

it("lays them out as capset(2) takes them: the low halves, then the high ones", () => {
  expect([...capabilityWords({ effective: 0x2_0000_0400n, inheritable: 0x400n })]).toEqual([
    0x400, 0x400, 0x400, 2, 2, 0,
  ]);
});
