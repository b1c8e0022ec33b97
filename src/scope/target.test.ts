import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fault } from "../model/index.ts";
import { formatAddresses } from "./address-text.ts";
import { parseTarget } from "./target.ts";

function addresses(text: string): string {
  const expression = parseTarget(text);
  if (expression.kind !== "addresses") throw new Error(`${text} is a ${expression.kind}`);
  return formatAddresses(expression.set, 20);
}

describe("the meaning of a target", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["10.0.0.0/24", "10.0.0.0/24"],
    ["10.0.0.7/32", "10.0.0.7"],
    ["10.0.0.1-10.0.0.20", "10.0.0.1-10.0.0.20"],
    ["10.0.0.1-20", "10.0.0.1-10.0.0.20"],
    [
      "10.0-3.1-2.1,5",
      "10.0.1.1, 10.0.1.5, 10.0.2.1, 10.0.2.5, 10.1.1.1, 10.1.1.5, 10.1.2.1, 10.1.2.5, 10.2.1.1, 10.2.1.5, 10.2.2.1, 10.2.2.5, 10.3.1.1, 10.3.1.5, 10.3.2.1, 10.3.2.5",
    ],
    ["10.0-3.0-255.0-255", "10.0.0.0/14"],
    ["10.0.0.-", "10.0.0.0/24"],
    ["10.0.0.250-", "10.0.0.250-10.0.0.255"],
    ["10.0.0.-1", "10.0.0.0/31"],
    ["10.0.0.1,3-4,2", "10.0.0.1-10.0.0.4"],
    ["2001:db8::1", "2001:db8::1"],
    ["2001:DB8::/120", "2001:db8::/120"],
    ["2001:db8::1-2001:db8::5", "2001:db8::1-2001:db8::5"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::ffff:10.0.0.0/120", "10.0.0.0/24"],
    ["::ffff:10.0.0.1-::ffff:10.0.0.9", "10.0.0.1-10.0.0.9"],
    ["::ffff:10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9"],
    ["::/80", "0.0.0.0/0, ::-::fffe:ffff:ffff"],
  ])("%s is %s", (text, expected) => {
    expect(addresses(text)).toBe(expected);
  });

  test.each([
    ["this-machine", { kind: "this-machine" }],
    ["file:lists/hosts.txt", { kind: "file", path: "lists/hosts.txt" }],
    ["Web.Example.", { kind: "hostname", name: "web.example" }],
    ["localhost", { kind: "hostname", name: "localhost" }],
    ["10-20", undefined],
    ["web-1", { kind: "hostname", name: "web-1" }],
    ["1password.example", { kind: "hostname", name: "1password.example" }],
    ["_srv.example", { kind: "hostname", name: "_srv.example" }],
    ["10.0.0.1.nip.example", { kind: "hostname", name: "10.0.0.1.nip.example" }],
  ])("%s", (text, expected) => {
    if (expected === undefined) expect(() => parseTarget(text)).toThrow("does not have four octets");
    else expect(parseTarget(text)).toEqual(expected);
  });

  test.each([
    ["10.0.0.5/24", '"10.0.0.5/24" has host bits set', "Write 10.0.0.0/24 for the network, or 10.0.0.5 for the host."],
    [
      "10.0.0.0/33",
      'the prefix length of "10.0.0.0/33" is not a whole number from 0 to 32',
      "Write it as 10.0.0.0/32.",
    ],
    ["10.0.0.0/-1", 'the prefix length of "10.0.0.0/-1" is not a whole number from 0 to 32', undefined],
    ["10.0.0/8", '"10.0.0/8" is not a CIDR block: "10.0.0" is not an address', undefined],
    ["::ffff:0.0.0.0/90", '"::ffff:0.0.0.0/90" reaches beyond the IPv4-mapped addresses', undefined],
    ["10.0.0.20-10.0.0.1", 'the range "10.0.0.20-10.0.0.1" is reversed', "Write 10.0.0.1-10.0.0.20."],
    ["10.0.0.1-10.0.0.300", '"10.0.0.1-10.0.0.300" is not a range: "10.0.0.300" is not an address', undefined],
    ["10.0.0.1-::1", '"10.0.0.1-::1" mixes IPv4 and IPv6', undefined],
    ["10.0.0.300", 'octet 300 in "10.0.0.300" is above 255', undefined],
    ["10.0.0.010", 'octet 010 in "10.0.0.010" begins with 0, which some read as octal', "Write 10."],
    ["10.0.0.9-1", 'the range "9-1" in "10.0.0.9-1" is reversed', "Write 1-9."],
    ["10.0.0", '"10.0.0" does not have four octets', undefined],
    ["10.0.0.*", '"10.0.0.*" has a *', undefined],
    ["fe80::1%eth0", '"fe80::1%eth0" has a zone id', undefined],
    ["[::1]:443", '"[::1]:443" has brackets', undefined],
    ["web.example:443", '"web.example:443" has a port', undefined],
    ["http://web.example/", '"http://web.example/" is a URL', undefined],
    ["10.0.0.1 10.0.0.2", '"10.0.0.1 10.0.0.2" holds a blank', undefined],
    ["münchen.example", '"münchen.example" is not ASCII', undefined],
    ["-web.example", '"-web.example" is neither an address nor a hostname', undefined],
    [`${"a".repeat(64)}.example`, `"${"a".repeat(64)}.example" is neither an address nor a hostname`, undefined],
    ["--help", '"--help" is neither an address nor a hostname', undefined],
    ["", "an empty target", undefined],
    ["file:", "file: without a path", undefined],
    ["web\u202eexample", String.raw`"web\u{202e}example" holds control or invisible characters`, undefined],
    [
      "10.1-255,0.1-254.1,3,5,7,9",
      '"10.1-255,0.1-254.1,3,5,7,9" falls apart into more than 131072 separate ranges',
      undefined,
    ],
    ["x".repeat(1_000_000), "a target longer than 4096 characters", undefined],
  ])("%j is refused with a remedy", (text, message, next) => {
    const expected = {
      code: "config-invalid",
      message,
      next: next ?? (expect.stringMatching(/^[A-Z].*\.$/) as string),
    };
    expect(() => parseTarget(text)).toThrow(expect.objectContaining(expected) as Fault);
  });

  test("octet ranges mean every combination of their octets", () => {
    const octet = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 2,
    });
    fc.assert(
      fc.property(octet, octet, octet, octet, fc.ipV4(), (...[a, b, c, d, other]) => {
        const octets = [a, b, c, d].map((spans) =>
          spans.map(([first, more]): [number, number] => [first, Math.min(255, first + more)]),
        );
        const text = octets
          .map((spans) => spans.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(","))
          .join(".");
        const expression = parseTarget(text);
        if (expression.kind !== "addresses") throw new Error(text);
        const values = octets.map(
          (spans) =>
            new Set(
              spans.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, step) => first + step)),
            ),
        );
        expect(expression.set.size).toBe(values.reduce((product, { size }) => product * size, 1));
        const last = expression.set.at(expression.set.size - 1);
        for (const address of [other, expression.set.at(0), last]) {
          expect(expression.set.has(address)).toBe(
            address.split(".").every((part, index) => values[index]?.has(Number(part))),
          );
        }
      }),
    );
  });
});
