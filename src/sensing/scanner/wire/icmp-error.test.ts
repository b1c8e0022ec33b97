import { describe, expect, it } from "vitest";
import { ORIGIN_ICMP, ORIGIN_ICMPV6, outcomeOfUdpError } from "./icmp-error.ts";

const stateOf = (...of: Parameters<typeof outcomeOfUdpError>): string | undefined => {
  const outcome = outcomeOfUdpError(...of);
  return outcome?.kind === "state" ? outcome.state : outcome?.kind;
};

describe("the meaning of an ICMP error for a UDP port", () => {
  it("is closed only from the host itself: of anybody else a port unreachable is a filter's", () => {
    expect(stateOf(ORIGIN_ICMP, 3, 3, true)).toBe("closed");
    expect(stateOf(ORIGIN_ICMP, 3, 3, false)).toBe("filtered");
    expect(stateOf(ORIGIN_ICMPV6, 1, 4, true)).toBe("closed");
    expect(stateOf(ORIGIN_ICMPV6, 1, 4, false)).toBe("filtered");
  });

  it("is never closed or open otherwise, from any sender", () => {
    for (const origin of [ORIGIN_ICMP, ORIGIN_ICMPV6] as const) {
      for (let type = 0; type < 256; type++) {
        for (let code = 0; code < 256; code++) {
          if (stateOf(origin, type, code, false) === "closed") expect.fail(`${origin} ${type} ${code}`);
          if (stateOf(origin, type, code, true) === "open") expect.fail(`${origin} ${type} ${code}`);
        }
      }
    }
  });

  it("recognizes prohibitions, missing routes, and errors without meaning", () => {
    expect([9, 10, 13].map((code) => stateOf(ORIGIN_ICMP, 3, code, true))).toEqual([
      "filtered",
      "filtered",
      "filtered",
    ]);
    expect([0, 1].map((code) => stateOf(ORIGIN_ICMP, 3, code, false))).toEqual(["unreachable", "unreachable"]);
    expect(stateOf(ORIGIN_ICMP, 3, 4, false)).toBeUndefined();
    expect([0, 1, 3].map((code) => stateOf(ORIGIN_ICMPV6, 1, code, false))).toEqual([
      "unreachable",
      "filtered",
      "unreachable",
    ]);
    expect(stateOf(ORIGIN_ICMPV6, 2, 0, false)).toBeUndefined();
  });
});
