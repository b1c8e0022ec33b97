import { describe, expect, it } from "vitest";
import { ENDPOINT_STATES } from "../../model/index.ts";
import { classify } from "./classify.ts";

describe("classify", () => {
  it("treats silence as a filter where the host answered elsewhere, whatever a router reports", () => {
    expect(classify("no-response", "tcp", true)).toBe("filtered");
    expect(classify("no-response", "tcp", true, true)).toBe("filtered");
  });

  it("does not treat silence as a filter where it may be loss, or a limit on refusals", () => {
    expect(classify("no-response", "tcp", true, false, true)).toBe("no-response");
    expect(classify("no-response", "tcp", false, true, true)).toBe("unreachable");
  });

  it("knows nothing of a host that never answered", () => {
    expect(classify("no-response", "tcp", false)).toBe("no-response");
  });

  it("calls a host that never answered unreachable as a whole once the network reported it", () => {
    expect(classify("no-response", "tcp", false, true)).toBe("unreachable");
  });

  it("never reads anything into silence over UDP", () => {
    for (const state of ENDPOINT_STATES) {
      for (const answered of [true, false]) {
        for (const told of [true, false]) expect(classify(state, "udp", answered, told)).toBe(state);
      }
    }
  });

  it("leaves every other state as it was probed", () => {
    for (const state of ENDPOINT_STATES.filter((each) => each !== "no-response")) {
      for (const answered of [true, false]) {
        for (const told of [true, false]) {
          for (const doubtful of [true, false]) expect(classify(state, "tcp", answered, told, doubtful)).toBe(state);
        }
      }
    }
  });
});
