import { describe, expect, it } from "vitest";
import type { StateAt } from "../../model/index.ts";
import { exposureOf, hostSays, type ListeningSocket, type Sight } from "./exposure.ts";

const ssh = { address: "10.0.0.2", transport: "tcp", port: 22 } as const;
const sight = (vantage: string, state: StateAt, allowed?: boolean): Sight => ({
  vantage,
  kind: vantage === "outside" ? "outside" : "inside",
  state,
  ...(allowed === undefined ? {} : { allowed }),
});
const socket = (address: string, port = 22): ListeningSocket => ({ transport: "tcp", address, port });

describe("an endpoint seen from its vantage points", () => {
  it("listens on any, is open inside and filtered outside", () => {
    const host = hostSays(ssh, [socket("0.0.0.0"), socket("10.0.0.2", 80)]);
    expect(exposureOf([sight("inside", "open", true), sight("outside", "filtered", false)], host)).toEqual({
      openFrom: ["inside"],
      wrongFrom: [],
      unknownFrom: [],
      summary: "listens on any; open from inside; filtered from outside",
    });
  });

  it("is wrong where it is open and not allowed, and there alone", () => {
    const seen = [sight("inside", "open", true), sight("outside", "open", false), sight("partner", "closed", false)];
    expect(exposureOf(seen, { says: "unknown" })).toMatchObject({
      openFrom: ["inside", "outside"],
      wrongFrom: ["outside"],
      summary: "open from inside, outside; closed from partner",
    });
    expect(exposureOf([sight("inside", "open")], { says: "unknown" }).wrongFrom).toEqual([]);
  });

  it("is unknown where nobody looked, whatever others saw", () => {
    const { unknownFrom, summary } = exposureOf([sight("inside", "closed"), sight("outside", "unknown")], {
      says: "not-listening",
    });
    expect(unknownFrom).toEqual(["outside"]);
    expect(summary).toBe("nothing listens on the host; closed from inside; unknown from outside");
  });
});

it.each<[string, readonly ListeningSocket[] | undefined, string]>([
  ["nobody could tell", undefined, "unknown"],
  ["nothing listens", [], "not-listening"],
  ["any IPv4 address", [socket("0.0.0.0")], "listening"],
  ["any address", [socket("::")], "listening"],
  ["this address", [socket("10.0.0.2")], "listening"],
  ["another address", [socket("10.0.0.3")], "not-listening"],
  ["loopback", [socket("127.0.0.1")], "not-listening"],
  ["another port", [socket("0.0.0.0", 23)], "not-listening"],
  ["the other transport", [{ ...socket("0.0.0.0"), transport: "udp" }], "not-listening"],
])("the host, when it is %s", (_, sockets, says) => {
  expect(hostSays(ssh, sockets).says).toBe(says);
});
