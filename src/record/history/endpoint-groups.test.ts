import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointKey, TRANSPORTS } from "../../model/index.ts";
import { readGroup, groupEndpoints } from "./endpoint-groups.ts";

describe("a group of endpoints", () => {
  it("names the address once, and runs of ports by their ends", () => {
    const on = (address: string, ...ports: number[]) =>
      ports.map((port) => ({ address, transport: "tcp" as const, port }));
    expect(groupEndpoints([...on("192.0.2.1", 80, 22, 81, 82), ...on("2001:db8::1", 443)])).toEqual([
      "tcp/192.0.2.1:22,80-82",
      "tcp/[2001:db8::1]:443",
    ]);
    expect(groupEndpoints([])).toEqual([]);
  });

  it("reads back as the same endpoints", () => {
    const endpoint = fc.record({
      address: fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1"),
      transport: fc.constantFrom(...TRANSPORTS),
      port: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(endpoint, { selector: endpointKey }), (endpoints) => {
        const read = groupEndpoints(endpoints).flatMap(readGroup);
        expect(read.sort()).toEqual(endpoints.map(endpointKey).sort());
      }),
    );
  });
});
