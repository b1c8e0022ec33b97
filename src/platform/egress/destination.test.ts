import { describe, expect, it } from "vitest";
import { destination } from "./destination.ts";

const allowed = (address: string, allow: readonly string[] = [], host = address): boolean =>
  destination(host, address, allow).allowed;

describe("the destination of an outgoing call", () => {
  it("is allowed if its address is public", () => {
    expect(["203.0.114.7", "8.8.8.8", "2606:4700::1111"].map((address) => allowed(address))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "::1",
    "fe80::1",
    "fd00::1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "ff02::1",
    "::",
    "::7f00:1",
    "::5efe:10.0.0.1",
    "64:ff9b:1::10.0.0.1",
    "4000::1",
  ])("is refused if it is not: %s", (address) => {
    expect(allowed(address)).toBe(false);
  });

  it("is judged by the IPv4 address that an IPv6 address carries", () => {
    for (const carrier of ["::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"]) expect(allowed(carrier)).toBe(false);
    expect(allowed("64:ff9b::808:808")).toBe(true);
    expect(allowed("::ffff:10.0.0.1", ["10.0.0.0/8"])).toBe(true);
  });

  it("is opened by its address, its network or the name of its host", () => {
    expect(allowed("10.0.0.5", ["10.0.0.5"])).toBe(true);
    expect(allowed("10.0.0.5", ["10.0.0.0/24"])).toBe(true);
    expect(allowed("10.0.0.5", ["Witness.internal"], "witness.internal")).toBe(true);
    expect(allowed("10.0.1.5", ["10.0.0.0/24", "2001:db8::/32"])).toBe(false);
    expect(allowed("10.0.0.5", ["witness.internal"], "other.internal")).toBe(false);
  });

  it("is never an address of nobody or of everybody, even if one is configured", () => {
    expect(allowed("0.0.0.0", ["0.0.0.0/1"])).toBe(false);
    expect(allowed("224.0.0.1", ["x"], "x")).toBe(false);
  });

  it("says which address was refused, and why", () => {
    expect(destination("db.internal", "10.0.0.5", [])).toEqual({
      allowed: false,
      problem: "db.internal has the address 10.0.0.5, which is not public (private) and is not listed in egress.allow",
    });
  });
});
