import { describe, expect, test } from "vitest";
import type { Fault, Scope } from "../model/index.ts";
import { formatAddresses } from "./address-text.ts";
import { parseScope } from "./parse-scope.ts";
import { resolveScope, type Lookup, type ResolvedScope } from "./resolve.ts";
import { selectTargets } from "./select-targets.ts";

const NOW = Date.UTC(2026, 5, 1);

const NAMES: Record<string, string[]> = {
  "in.example": ["10.0.0.5"],
  "two.example": ["10.0.0.6", "fd00::6"],
  "out.example": ["203.0.113.9"],
  "partly.example": ["10.0.0.7", "203.0.113.9"],
  "excluded.example": ["10.0.0.9"],
  "mixed.example": ["10.0.0.8", "10.0.0.9"],
  "mapped.example": ["::ffff:10.0.0.5"],
  "zone.example": ["fe80::1%eth0"],
  "rubbish.example": ["not an address"],
};

const lookup: Lookup = (hostname) => {
  const found = NAMES[hostname];
  return found === undefined ? Promise.reject(new Error("queryA ENOTFOUND\u001b[31m")) : Promise.resolve(found);
};

function scope(targets: string, rest = ""): Scope {
  return parseScope(
    `version: 1\nname: lab\nsystemTypes:\n  host: { cadence: 1h }\n  web: { cadence: 15m }\ntargets:\n${targets}\n${rest}`,
    "p.yaml",
    () => "",
  );
}

function resolve(of: Scope): Promise<ResolvedScope> {
  return resolveScope(of, {
    lookup,
    ownAddresses: () => ["127.0.0.1", "192.168.1.5", "fe80::1%eth0", "fe80::2", "169.254.3.3", "2001:db8::5", "::1"],
  });
}

const LAN = "  - { name: lan, addresses: [10.0.0.0/24], systemType: host }\n";
const PRINTER = "exclusions: [{ addresses: [10.0.0.9], reason: fragile printer }]";

describe("resolving a scope", () => {
  test("gives targets and assets their addresses, without what is excluded", async () => {
    const resolved = await resolve(
      scope(
        `${LAN}  - { name: names, addresses: [in.example, two.example], systemType: web }`,
        `assets: [{ name: p, addresses: [10.0.0.8-10.0.0.10] }]\n${PRINTER}`,
      ),
    );
    expect(
      resolved.targets.map(({ target, addresses, systemType }) => [
        target.name,
        formatAddresses(addresses),
        systemType.name,
      ]),
    ).toEqual([
      ["lan", "10.0.0.0-10.0.0.8, 10.0.0.10-10.0.0.255", "host"],
      ["names", "10.0.0.5-10.0.0.6", "web"],
    ]);
    expect(resolved.assets.map(({ asset, addresses }) => [asset.name, formatAddresses(addresses)])).toEqual([
      ["p", "10.0.0.8, 10.0.0.10"],
      ["in.example", "10.0.0.5"],
      ["two.example", "10.0.0.6"],
    ]);
    expect(formatAddresses(resolved.excluded)).toBe("10.0.0.9");
    expect(formatAddresses(resolved.boundary)).toBe("10.0.0.0-10.0.0.8, 10.0.0.10-10.0.0.255");
  });

  test("hostnames never widen the boundary: what lies outside is left out and reported", async () => {
    const names = ["out", "partly", "excluded", "mixed", "zone", "rubbish", "nowhere"].map((name) => `${name}.example`);
    const resolved = await resolve(
      scope(`${LAN}  - { name: names, addresses: [${names.join(", ")}], systemType: web }`, PRINTER),
    );
    expect(resolved.targets.map(({ addresses }) => formatAddresses(addresses))[1]).toBe("10.0.0.7-10.0.0.8");
    expect(resolved.problems).toEqual([
      { name: "out.example", problem: "resolves to 203.0.113.9, which no target declares" },
      { name: "partly.example", problem: "resolves to 203.0.113.9, which no target declares" },
      { name: "excluded.example", problem: "resolves to 10.0.0.9, which is excluded" },
      { name: "mixed.example", problem: "resolves to 10.0.0.9, which is excluded" },
      { name: "zone.example", problem: "resolves to fe80::1, which no target declares" },
      { name: "rubbish.example", problem: "resolves to no address" },
      { name: "nowhere.example", problem: String.raw`does not resolve: "queryA ENOTFOUND\u{1b}[31m"` },
    ]);
  });

  test("a scope of a hostname alone has no boundary for it", async () => {
    const resolved = await resolve(scope("  - { name: web, addresses: [in.example], systemType: web }"));
    expect(resolved.boundary.size).toBe(0);
    expect(resolved.assets[0]?.addresses.size).toBe(0);
    expect(resolved.problems).toEqual([
      { name: "in.example", problem: "resolves to 10.0.0.5, which no target declares" },
    ]);
  });

  test("this machine is loopback and its own addresses that are not link-local", async () => {
    const resolved = await resolve(scope("  - { name: me, addresses: [this-machine], systemType: host }"));
    expect(formatAddresses(resolved.own)).toBe("127.0.0.1, 192.168.1.5, ::1, 2001:db8::5");
    expect(formatAddresses(resolved.assets[0]?.addresses ?? resolved.excluded)).toBe(
      "127.0.0.1, 192.168.1.5, ::1, 2001:db8::5",
    );
    expect(formatAddresses(resolved.boundary)).toBe("127.0.0.1, 192.168.1.5, ::1, 2001:db8::5");
  });

  test("resolves every hostname once, and never more than sixteen at a time", async () => {
    const names = Array.from({ length: 60 }, (_, host) => `h${host}.example`);
    const asked: string[] = [];
    let running = 0;
    let most = 0;
    await resolveScope(
      scope(
        `  - { name: a, addresses: [${names.join(", ")}], systemType: host }\n  - { name: b, addresses: [h1.example], systemType: host }`,
      ),
      {
        lookup: async (name) => {
          asked.push(name);
          most = Math.max(most, ++running);
          await new Promise(setImmediate);
          running -= 1;
          return [];
        },
        ownAddresses: () => [],
      },
    );
    expect(asked.toSorted()).toEqual(names.toSorted());
    expect(most).toBe(16);
  });

  test("a scope that refers to nothing is a fault, not a surprise", async () => {
    const whole = scope(LAN);
    await expect(resolve({ ...whole, systemTypes: [] })).rejects.toThrow(
      'the scope has no system type "host", which "lan" asks for',
    );
    await expect(
      resolve({ ...whole, targets: whole.targets.map((target) => ({ ...target, addresses: ["file:x.txt"] })) }),
    ).rejects.toThrow('"file:x.txt" has to be read before the scope is resolved');
  });
});

describe("the words of a sweep request", () => {
  const lab = scope(
    `${LAN}  - { name: names, addresses: [in.example, partly.example, nowhere.example], systemType: web }\n  - { name: me, addresses: [this-machine], systemType: host }\n  - { name: shop, addresses: [198.51.100.0/30], systemType: web }`,
    `assets: [{ name: printer, addresses: [10.0.0.9] }, { name: pair, addresses: [10.0.0.12, 10.0.0.10] }]\nexclusions: [{ addresses: [10.0.0.9, 10.0.0.12], reason: fragile printer }]`,
  );

  async function select(...words: string[]): Promise<string[]> {
    const selected = await selectTargets(words, await resolve(lab), lookup, NOW);
    return selected.allowed
      ? [formatAddresses(selected.selection.addresses)]
      : selected.refusals.map(({ target, rule }) => `${target}: ${rule}`);
  }

  test.each([
    [["10.0.0.1"], ["10.0.0.1"]],
    [["10.0.0.1", "10.0.0.3-4"], ["10.0.0.1, 10.0.0.3-10.0.0.4"]],
    [["::ffff:10.0.0.1"], ["10.0.0.1"]],
    [["lan"], ["10.0.0.0-10.0.0.8, 10.0.0.10/31, 10.0.0.13-10.0.0.255"]],
    [["10.0.0.8/29"], ["10.0.0.8, 10.0.0.10/31, 10.0.0.13-10.0.0.15"]],
    [["pair"], ["10.0.0.10"]],
    [["me"], ["127.0.0.1, 192.168.1.5, ::1, 2001:db8::5"]],
    [["this-machine"], ["127.0.0.1, 192.168.1.5, ::1, 2001:db8::5"]],
    [["in.example"], ["10.0.0.5"]],
    [["IN.example."], ["10.0.0.5"]],
    [["mapped.example"], ["10.0.0.5"]],
    [["mixed.example"], ["10.0.0.8"]],
  ])("%j selects %j", async (words, expected) => {
    expect(await select(...words)).toEqual(expected);
  });

  test.each([
    [["10.0.0.9"], ["10.0.0.9: excluded"]],
    [["printer"], ["10.0.0.9 (printer): excluded"]],
    [["excluded.example"], ["10.0.0.9 (excluded.example): excluded"]],
    [["10.0.1.1"], ["10.0.1.1: outside-scope"]],
    [["10.0.0.0/23"], ["10.0.1.0/24 (10.0.0.0/23): outside-scope"]],
    [["198.51.100.1"], ["198.51.100.1: public-without-authorization"]],
    [["shop"], ["198.51.100.0/30 (shop): public-without-authorization"]],
    [["8.8.8.8"], ["8.8.8.8: outside-scope"]],
    [["224.0.0.1"], ["224.0.0.1: never-a-target"]],
    [["out.example"], ["out.example: hostname-resolves-outside"]],
    [["partly.example"], ["partly.example: hostname-resolves-outside"]],
    [["zone.example"], ["zone.example: hostname-resolves-outside"]],
    [["names"], ["partly.example: hostname-resolves-outside"]],
    [
      ["10.0.0.1", "10.0.1.1", "out.example"],
      ["10.0.1.1: outside-scope", "out.example: hostname-resolves-outside"],
    ],
    [[], ["198.51.100.0/30: public-without-authorization"]],
  ])("%j is refused: %j", async (words, expected) => {
    expect(await select(...words)).toEqual(expected);
  });

  test("no words mean every target, with the addresses that hostnames have inside", async () => {
    const whole = scope(`${LAN}  - { name: names, addresses: [partly.example], systemType: web }`, PRINTER);
    const selected = await selectTargets([], await resolve(whole), lookup, NOW);
    expect(selected.allowed && formatAddresses(selected.selection.addresses)).toBe(
      "10.0.0.0-10.0.0.8, 10.0.0.10-10.0.0.255",
    );
  });

  test("a hostname counts as the addresses it has now, not those it had when the scope was resolved", async () => {
    const resolved = await resolve(lab);
    const moved = await selectTargets(["in.example"], resolved, () => Promise.resolve(["203.0.113.9"]), NOW);
    expect(moved).toEqual({
      allowed: false,
      refusals: [
        {
          target: "in.example",
          rule: "hostname-resolves-outside",
          reason: "it resolves to 203.0.113.9, which no target in the scope declares as addresses",
          next: "Declare the addresses in a target of portolan.yaml if they belong to the boundary, or correct the name's DNS record.",
        },
      ],
    });
  });

  test("the remedy for a name with a link-local address names an address that no scope can declare, and leads on", async () => {
    const resolved = await resolve(lab);
    const both = (): Promise<string[]> => Promise.resolve(["10.0.0.5", "fe80::1"]);
    const refused = await selectTargets(["in.example"], resolved, both, NOW);
    expect(refused).toMatchObject({
      refusals: [
        {
          reason: "it resolves to fe80::1, which is never a target, whatever the scope declares",
          next: "Remove that address from the name's DNS record or hosts file, or name its other addresses instead: 10.0.0.5.",
        },
      ],
    });
    const without = await selectTargets(["in.example"], resolved, () => Promise.resolve(["10.0.0.5"]), NOW);
    const others = await selectTargets(["10.0.0.5"], resolved, both, NOW);
    for (const followed of [without, others]) {
      expect(followed.allowed && formatAddresses(followed.selection.addresses)).toBe("10.0.0.5");
    }
  });

  test.each([
    ["nowhere.example", 'there is no address to scan for "nowhere.example": "nowhere.example" does not resolve'],
    ["lna", 'there is no address to scan for "lna": "lna" does not resolve'],
    ["rubbish.example", 'there is no address to scan for "rubbish.example": "rubbish.example" resolves to no address'],
    ["10.0.0.300", 'octet 300 in "10.0.0.300" is above 255'],
    ["file:hosts.txt", '"file:hosts.txt" has to be read before the scope is resolved'],
  ])("%s is a fault with a next step", async (word, message) => {
    const expected = {
      code: "config-invalid",
      message: expect.stringContaining(message) as string,
      next: expect.stringMatching(/\.$/) as string,
    };
    await expect(select(word)).rejects.toThrow(expect.objectContaining(expected) as Fault);
  });
});
