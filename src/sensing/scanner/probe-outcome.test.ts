import { describe, expect, it } from "vitest";
import { outcomeOfError, UNREACHABLE } from "./probe-outcome.ts";

const hasSource = (): boolean => true;

describe("the meaning of an error of connect", () => {
  it.each([
    ["ECONNREFUSED", "state", "closed"],
    ["ECONNRESET", "state", "open"],
    ["EPIPE", "state", "open"],
    ["EHOSTUNREACH", "state", "unreachable"],
    ["ENETUNREACH", "state", "unreachable"],
    ["EAFNOSUPPORT", "state", "unreachable"],
    ["ETIMEDOUT", "silent", undefined],
  ])("%s: %s %s, whenever it comes", (code, kind, state) => {
    for (const moment of ["at-once", "later"] as const) {
      expect(outcomeOfError(code, moment, hasSource)).toEqual(state === undefined ? { kind } : { kind, state });
    }
  });

  it("takes EACCES at once for this machine's policy and later for an ICMPv6 prohibition", () => {
    expect(outcomeOfError("EACCES", "at-once", hasSource)).toEqual({ kind: "refused-here", code: "EACCES" });
    expect(outcomeOfError("EACCES", "later", hasSource)).toEqual({ kind: "state", state: "filtered" });
  });

  it("never turns a failure of this machine into a state", () => {
    for (const code of ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL", "EADDRINUSE", "EAGAIN"]) {
      expect(outcomeOfError(code, "later", hasSource)).toEqual({ kind: "shortage", code });
    }
    for (const code of ["EPERM", "EINVAL", "errno-4711"]) {
      expect(outcomeOfError(code, "later", hasSource)).toEqual({ kind: "refused-here", code });
    }
  });

  it("takes EADDRNOTAVAIL for a want of source ports only where there is an address to send from", () => {
    expect(outcomeOfError("EADDRNOTAVAIL", "at-once", () => true).kind).toBe("shortage");
    expect(outcomeOfError("EADDRNOTAVAIL", "at-once", () => false)).toEqual(UNREACHABLE);
  });
});
