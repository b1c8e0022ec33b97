import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fault, Transport } from "../model/index.ts";
import { parsePorts, portSet, type PortSet } from "./port-set.ts";
import type { PortRange } from "./port-text.ts";

const port = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(65_534, 65_535));
const range = fc
  .tuple(port, port)
  .map(([a, b]): PortRange =>
    a < 60_000 && b > 60_000 ? [b, b] : b < 60_000 && a > 60_000 ? [a, a] : [Math.min(a, b), Math.max(a, b)],
  );
const ranges = fc.record({ tcp: fc.array(range, { maxLength: 5 }), udp: fc.array(range, { maxLength: 5 }) });

function naive(of: { tcp: PortRange[]; udp: PortRange[] }): Set<string> {
  const of1 = (transport: Transport): string[] =>
    of[transport].flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, step) => `${transport} ${first + step}`),
    );
  return new Set([...of1("tcp"), ...of1("udp")]);
}

function members(set: PortSet): string[] {
  return Array.from({ length: set.size }, (_, index) => {
    const { transport, port: number } = set.at(index);
    expect(set.indexOf(transport, number)).toBe(index);
    return `${transport} ${number}`;
  });
}

const both = <T>(a: Set<T>, b: Set<T>): Set<T> => new Set([...a, ...b]);
const without = <T>(a: Set<T>, b: Set<T>): Set<T> => new Set([...a].filter((value) => !b.has(value)));
const common = <T>(a: Set<T>, b: Set<T>): Set<T> => new Set([...a].filter((value) => b.has(value)));

describe("a set of ports", () => {
  test("is the set of what was put in, TCP first, and so are the results of its operations", () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const [setA, setB] = [portSet(a), portSet(b)];
        const [modelA, modelB] = [naive(a), naive(b)];
        expect(new Set(members(setA))).toEqual(modelA);
        expect(new Set(members(setA.union(setB)))).toEqual(both(modelA, modelB));
        expect(new Set(members(setA.subtract(setB)))).toEqual(without(modelA, modelB));
        expect(new Set(members(setA.intersect(setB)))).toEqual(common(modelA, modelB));
        for (const transport of ["tcp", "udp"] as const) {
          for (let number = 1; number <= 13; number++)
            expect(setA.has(transport, number)).toBe(modelA.has(`${transport} ${number}`));
        }
        const order = members(setA).map((text) => (text.startsWith("tcp") ? 0 : 100_000) + Number(text.slice(4)));
        expect(order).toEqual(order.toSorted((x, y) => x - y));
      }),
    );
  });

  test("its text reads back as the same set", () => {
    fc.assert(
      fc.property(
        ranges.filter(({ tcp, udp }) => tcp.length + udp.length > 0),
        (of) => {
          const set = portSet(of);
          expect(parsePorts(set.format())).toMatchObject({ tcp: set.tcp, udp: set.udp, size: set.size });
        },
      ),
    );
    expect(portSet({}).format()).toBe("");
  });

  test("refuses ports that do not exist and indexes outside", () => {
    expect(() => portSet({ tcp: [[0, 5]] })).toThrow("0-5 is not a range of ports");
    expect(() => portSet({ udp: [[5, 65_536]] })).toThrow("5-65536 is not a range of ports");
    expect(() => portSet({ tcp: [[1, 2]] }).at(2)).toThrow(RangeError);
    expect(portSet({ tcp: [[1, 2]] }).indexOf("udp", 1)).toBe(-1);
  });
});

describe("nmap's port syntax", () => {
  test.each([
    ["22", "22"],
    ["80,22,80", "22,80"],
    ["22,80-90", "22,80-90"],
    ["80-85,84-90,91", "80-91"],
    ["-", "1-65535"],
    ["T:-", "1-65535"],
    ["U:-", "U:1-65535"],
    ["-100", "1-100"],
    ["60000-", "60000-65535"],
    ["T:22,80,U:53,161", "22,80,U:53,161"],
    ["53,U:53,T:80", "53,80,U:53"],
    ["u:53,t:22", "22,U:53"],
    [" 22 , 80 ", "22,80"],
  ])("%j is %s", (text, formatted) => {
    expect(parsePorts(text).format()).toBe(formatted);
  });

  test.each([
    ["70000", 'port 70000 in "70000" is out of 1-65535'],
    ["22,80-70000", 'port 70000 in "80-70000" is out of 1-65535'],
    ["0", 'port 0 in "0" cannot be scanned'],
    ["0-100", 'port 0 in "0-100" cannot be scanned'],
    ["90-80", 'the range "90-80" is reversed'],
    ["", "no ports are given"],
    ["22,,80", "an empty part between commas"],
    ["http", '"http" is not a port'],
    ["S:22", '"S:22" asks for a transport other than TCP and UDP'],
    ["T:", '"T:" names no port'],
    ["1-2-3", '"1-2-3" is not a port'],
    ["22.5", '"22.5" is not a port'],
    ["\u001b[31m", String.raw`"\u{1b}[31m" is not a port`],
    ["9".repeat(5000), `port 999999999999 in "${"9".repeat(40)}…" is out of 1-65535`],
    ["1,".repeat(10_000), "a port list longer than 10000 characters"],
  ])("%j is refused", (text, message) => {
    expect(() => parsePorts(text)).toThrow(
      expect.objectContaining({ code: "config-invalid", message, next: expect.stringMatching(/^[A-Z].*\.$/) }) as Fault,
    );
  });
});
