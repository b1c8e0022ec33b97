import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressClass } from "./address-class.ts";
import { canonicalAddress, formatAddress, parseAddress } from "./address.ts";

describe("reading addresses", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["255.255.255.255", "255.255.255.255"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::", "::"],
    ["::1", "::1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::ffff:a00:1", "10.0.0.1"],
    ["0:0:0:0:0:FFFF:10.0.0.1", "10.0.0.1"],
    ["::1.2.3.4", "::102:304"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    "",
    "10.1",
    "10.0.0.256",
    "10.0.0.01",
    "0x0a.0.0.1",
    "10.0.0.1.",
    ".10.0.0.1",
    "10..0.1",
    "1.2.3.4.5",
    "167772161",
    "+1.2.3.4",
    " 10.0.0.1",
    "10.0.0.1\n",
    "fe80::1%eth0",
    "[::1]",
    "1::2::3",
    "12345::",
    ":::",
    "::ffff:1.2.3.04",
    "::1.2.3",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::1/128",
    "x".repeat(1_000_000),
  ])("%j is not an address", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test("agrees with Node on what an address is", () => {
    const piece = fc.constantFrom(
      ":",
      "::",
      ".",
      "0",
      "1",
      "255",
      "256",
      "f",
      "ffff",
      "10",
      "a",
      "12345",
      "00",
      "1.2.3.4",
    );
    const texts = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseAddress(text) !== undefined).toBe(isIPv4(text) || (isIPv6(text) && !text.includes("%")));
      }),
      { numRuns: 5_000 },
    );
  });

  test("writes IPv6 as browsers do, and reads back what it writes", () => {
    const sparse = fc.array(fc.constantFrom(0n, 0n, 0n, 1n, 0xffffn, 0x1230n), { minLength: 8, maxLength: 8 });
    const unmapped = sparse.filter(
      (groups) => groups[5] !== 0xffffn || groups.slice(0, 5).some((group) => group !== 0n),
    );
    fc.assert(
      fc.property(unmapped, (groups) => {
        const value = groups.reduce<bigint>((all, group) => (all << 16n) | group, 0n);
        const text = formatAddress({ family: 6, value });
        expect(parseAddress(text)).toEqual({ family: 6, value });
        expect(`[${text}]`).toBe(new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]/`).host);
      }),
    );
  });
});

describe("what an address is for", () => {
  test.each([
    ["127.0.0.1", "loopback"],
    ["127.255.255.255", "loopback"],
    ["::1", "loopback"],
    ["10.255.255.255", "private"],
    ["11.0.0.0", "public"],
    ["172.15.255.255", "public"],
    ["172.16.0.0", "private"],
    ["172.32.0.0", "public"],
    ["192.168.1.255", "private"],
    ["100.63.255.255", "public"],
    ["100.64.0.1", "private"],
    ["100.128.0.0", "public"],
    ["fd00::1", "private"],
    ["fe00::1", "public"],
    ["169.254.169.254", "link-local"],
    ["fe80::1", "link-local"],
    ["fec0::1", "public"],
    ["224.0.0.1", "multicast"],
    ["239.255.255.255", "multicast"],
    ["ff02::1", "multicast"],
    ["240.0.0.0", "reserved"],
    ["255.255.255.254", "reserved"],
    ["255.255.255.255", "broadcast"],
    ["0.0.0.0", "unspecified"],
    ["0.0.0.1", "reserved"],
    ["0.255.255.255", "reserved"],
    ["1.0.0.0", "public"],
    ["::", "unspecified"],
    ["::2", "reserved"],
    ["::7f00:1", "reserved"],
    ["192.0.2.1", "public"],
    ["198.18.0.1", "public"],
    ["2001:db8::1", "public"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:10.0.0.1", "private"],
    ["::ffff:8.8.8.8", "public"],
    ["::ffff:224.0.0.1", "multicast"],
    ["::ffff:255.255.255.255", "broadcast"],
    ["::ffff:0.0.0.0", "unspecified"],
  ])("%s is %s", (address, expected) => {
    expect(addressClass(address)).toBe(expected);
  });

  test("text that is not an address is a fault", () => {
    expect(() => addressClass("example.org")).toThrow('"example.org" is not an IP address');
  });
});
