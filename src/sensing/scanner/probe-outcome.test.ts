import { describe, expect, it } from "vitest";
import { outcomeOfError } from "./probe-outcome.ts";

describe("the meaning of an error of connect", () => {
  it.each([
    ["ECONNREFUSED", "state", "closed"],
    ["ECONNRESET", "state", "open"],
    ["EPIPE", "state", "open"],
    ["EHOSTUNREACH", "state", "unreachable"],
    ["ENETUNREACH", "state", "unreachable"],
    ["ETIMEDOUT", "silent", undefined],
  ])("%s: %s %s, whenever it comes", (code, kind, state) => {
    for (const moment of ["at-once", "later"] as const) {
      expect(outcomeOfError(code, moment)).toEqual(state === undefined ? { kind } : { kind, state });
    }
  });

  it("takes EACCES at once for this machine's policy and later for an ICMPv6 prohibition", () => {
    expect(outcomeOfError("EACCES", "at-once")).toEqual({ kind: "refused-here", code: "EACCES" });
    expect(outcomeOfError("EACCES", "later")).toEqual({ kind: "state", state: "filtered" });
  });

  it("never turns a failure of this machine into a state", () => {
    for (const code of ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL", "EAGAIN"]) {
      expect(outcomeOfError(code, "later")).toEqual({ kind: "shortage", code });
    }
    for (const code of ["EPERM", "EAFNOSUPPORT", "EINVAL", "errno-4711"]) {
      expect(outcomeOfError(code, "later")).toEqual({ kind: "refused-here", code });
    }
  });
});
