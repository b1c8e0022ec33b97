import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Scope, ScanAuthorization } from "../model/index.ts";
import { addressClass } from "./address-class.ts";
import { emptyAddressSet, unionOf, type AddressSet } from "./address-set.ts";
import { guard } from "./guard.ts";
import { refusalFault, type Refusal } from "./refusal.ts";
import { resolveScope, type ResolvedScope } from "./resolve.ts";
import { parseTarget } from "./target.ts";

const NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;

function addresses(...texts: string[]): AddressSet {
  return unionOf(
    texts.map((text) => {
      const expression = parseTarget(text);
      return expression.kind === "addresses" ? expression.set : emptyAddressSet;
    }),
  );
}

interface Declared {
  targets?: string[];
  exclusions?: Scope["exclusions"];
  authorizations?: Scope["authorizations"];
  own?: string[];
}

function resolve({ targets = [], exclusions = [], authorizations = [], own = [] }: Declared): Promise<ResolvedScope> {
  const scope: Scope = {
    name: "lab",
    vantage: "inside",
    limits: { rate: 1000, perHostRate: 1000 },
    systemTypes: [{ name: "host", cadence: DAY, staleness: 2 * DAY, criticality: "normal", ports: "-" }],
    targets: [{ name: "t", addresses: targets, systemType: "host", tags: [], undeclared: "report" }],
    assets: [],
    exclusions,
    authorizations,
  };
  return resolveScope(scope, { lookup: () => Promise.reject(new Error("no lookup")), ownAddresses: () => own });
}

function authorization(from: number, until: number, ...covered: string[]): ScanAuthorization {
  return { reference: "SEC-123", grantedBy: "Jane Doe", from, until, addresses: covered };
}

async function refusals(declared: Declared, ...request: string[]): Promise<readonly Refusal[]> {
  const answer = guard(addresses(...request), await resolve(declared), NOW);
  return answer.allowed ? [] : answer.refusals;
}

async function rules(declared: Declared, ...request: string[]): Promise<string[]> {
  return (await refusals(declared, ...request)).map(({ target, rule }) => `${target} ${rule}`);
}

describe("loopback, private and link-local addresses", () => {
  test.each([
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "172.16.0.0/12",
    "192.168.0.255",
    "100.64.0.1",
    "fd00::1",
    "169.254.169.254",
  ])("%s needs to be in the scope", async (request) => {
    expect(await rules({ targets: [request] }, request)).toEqual([]);
    expect(await rules({ targets: ["10.99.0.0/24"] }, request)).toEqual([`${request} outside-scope`]);
  });

  test("the part of a range that lies outside is refused, and named", async () => {
    expect(await rules({ targets: ["10.0.0.0/24", "10.0.2.0/24"] }, "10.0.0.128-10.0.3.5")).toEqual([
      "10.0.1.0/24 outside-scope",
      "10.0.3.0-10.0.3.5 outside-scope",
    ]);
  });

  test("the last address of a declared /24 is an address like any other", async () => {
    expect(await rules({ targets: ["10.0.0.0/24"] }, "10.0.0.255")).toEqual([]);
    expect(await rules({ targets: ["10.0.0.0/24"] }, "10.0.0.0")).toEqual([]);
  });
});

describe("never a target", () => {
  const all = {
    targets: ["0.0.0.0/0", "::/0"],
    authorizations: [authorization(0, 2 * NOW, "0.0.0.0/0", "::/0")],
    own: ["8.8.8.8"],
  };

  test.each([
    ["224.0.0.1", "a multicast address, which stands for a group of hosts"],
    ["239.255.255.255", "a multicast address, which stands for a group of hosts"],
    ["ff02::1", "a multicast address, which stands for a group of hosts"],
    ["255.255.255.255", "the broadcast address, which every host on the network answers"],
    ["0.0.0.0", "the unspecified address, which is not a host"],
    ["0.1.2.3", "a reserved address, which no host can have"],
    ["::", "the unspecified address, which is not a host"],
    ["240.0.0.1", "a reserved address, which no host can have"],
    ["::7f00:1", "a reserved address, which no host can have"],
    ["fe80::1", "an IPv6 link-local address, which means another host on every interface"],
    ["::ffff:224.0.0.1", "a multicast address, which stands for a group of hosts"],
    ["::ffff:255.255.255.255", "the broadcast address, which every host on the network answers"],
  ])("%s, though the scope declares everything and everything is authorized", async (request, reason) => {
    expect(await refusals(all, request)).toEqual([
      expect.objectContaining({
        rule: "never-a-target",
        reason: `it is ${reason}`,
        next: "Leave it out: no scope and no authorization can allow it.",
      }),
    ]);
  });

  test("a request for everything is refused for exactly the addresses that can never be", async () => {
    expect((await rules(all, "0.0.0.0/0", "::/0")).toSorted()).toEqual(
      [
        "0.0.0.0 never-a-target",
        "0.0.0.1-0.255.255.255 never-a-target",
        "224.0.0.0/4 never-a-target",
        "240.0.0.0-255.255.255.254 never-a-target",
        "255.255.255.255 never-a-target",
        "::2-::ffff:ffff never-a-target",
        ":: never-a-target",
        "fe80::/10 never-a-target",
        "ff00::/8 never-a-target",
      ].toSorted(),
    );
  });
});

describe("public addresses", () => {
  const targets = ["198.51.100.0/24"];

  test.each(["198.51.100.7", "::ffff:198.51.100.7", "2001:db8::7"])(
    "%s in the scope is refused without an authorization",
    async (request) => {
      expect(await refusals({ targets: [request] }, request)).toEqual([
        {
          target: request === "2001:db8::7" ? request : "198.51.100.7",
          rule: "public-without-authorization",
          reason: "it is a public address, and no authorization to scan it is recorded",
          next: "Record an authorization in force (reference, grantedBy, from, until, addresses) under authorizations in portolan.yaml.",
        },
      ]);
    },
  );

  test("an authorization does not make up for the scope", async () => {
    expect(
      await rules(
        { targets: ["10.0.0.0/8"], authorizations: [authorization(0, 2 * NOW, "198.51.100.0/24")] },
        "198.51.100.7",
      ),
    ).toEqual(["198.51.100.7 outside-scope"]);
  });

  test.each([
    [NOW, NOW + 1, "in force from its first instant", []],
    [NOW - 1, NOW, "ended at this instant", ["198.51.100.7 public-without-authorization"]],
    [NOW + 1, NOW + DAY, "not begun", ["198.51.100.7 public-without-authorization"]],
    [NOW - DAY, NOW + 1, "in force to its last millisecond", []],
  ])("from %d until %d: %s", async (from, until, _, expected) => {
    expect(
      await rules({ targets, authorizations: [authorization(from, until, "198.51.100.0/24")] }, "198.51.100.7"),
    ).toEqual(expected);
  });

  test("one that ended says when, one that has not begun says when, the nearest first", async () => {
    const authorizations = [
      { ...authorization(0, NOW - 30 * DAY, "198.51.100.0/24"), reference: "OLD" },
      authorization(0, NOW - DAY, "198.51.100.0-198.51.100.127"),
      { ...authorization(NOW + 10 * DAY, NOW + 20 * DAY, "198.51.100.128/25"), reference: "NEXT" },
    ].map((entry) => ({
      ...entry,
      addresses: entry.addresses.map((text) => (text.includes("-") ? "198.51.100.0/25" : text)),
    }));
    expect(
      (await refusals({ targets, authorizations }, "198.51.100.0/24")).map(({ target, reason }) => [target, reason]),
    ).toEqual([
      [
        "198.51.100.0/25",
        'it is a public address, and authorization "SEC-123" granted by "Jane Doe" ended at 2026-05-31T00:00:00.000Z',
      ],
      [
        "198.51.100.128/25",
        'it is a public address, and authorization "NEXT" granted by "Jane Doe" begins only at 2026-06-11T00:00:00.000Z',
      ],
    ]);
  });

  test("authorizations in force add up, and what none covers is refused", async () => {
    const authorizations = [
      authorization(0, 2 * NOW, "198.51.100.0/26"),
      authorization(0, 2 * NOW, "198.51.100.64/26"),
      authorization(0, NOW - 1, "198.51.100.128/26"),
    ];
    expect(await rules({ targets, authorizations }, "198.51.100.0/24")).toEqual([
      "198.51.100.128/26 public-without-authorization",
      "198.51.100.192/26 public-without-authorization",
    ]);
  });

  test("only the public part of a range that straddles private space needs one", async () => {
    expect(await rules({ targets: ["10.255.255.0-11.0.0.255"] }, "10.255.255.0-11.0.0.255")).toEqual([
      "11.0.0.0/24 public-without-authorization",
    ]);
    expect(await rules({ targets: ["172.31.255.255-172.32.0.0"] }, "172.31.255.255-172.32.0.0")).toEqual([
      "172.32.0.0 public-without-authorization",
    ]);
  });

  test("this machine's own public address needs to be in the scope only", async () => {
    expect(
      await rules(
        { targets: ["this-machine"], own: ["203.0.113.5", "2001:db8::5"] },
        "203.0.113.5",
        "2001:db8::5",
        "127.0.0.1",
      ),
    ).toEqual([]);
    expect(await rules({ targets: ["203.0.113.0/24"], own: ["203.0.113.5"] }, "203.0.113.4-203.0.113.6")).toEqual([
      "203.0.113.4 public-without-authorization",
      "203.0.113.6 public-without-authorization",
    ]);
    expect(await rules({ targets: ["10.0.0.0/8"], own: ["203.0.113.5"] }, "203.0.113.5")).toEqual([
      "203.0.113.5 outside-scope",
    ]);
  });
});

describe("excluded addresses", () => {
  const exclusions = [
    { addresses: ["10.0.0.9"], reason: "printer that\u001b[31m crashes" },
    { addresses: ["10.0.0.8/30", "127.0.0.1"], reason: "lift controllers" },
  ];

  test("are refused with the reason of the exclusion, before any other rule applies", async () => {
    expect(
      (await refusals({ targets: ["10.0.0.0/24"], exclusions }, "10.0.0.8/29", "127.0.0.1")).map(
        ({ target, rule, reason }) => [target, rule, reason],
      ),
    ).toEqual([
      ["10.0.0.9", "excluded", String.raw`it is excluded: printer that\u{1b}[31m crashes`],
      ["10.0.0.8", "excluded", "it is excluded: lift controllers"],
      ["10.0.0.10/31", "excluded", "it is excluded: lift controllers"],
      ["127.0.0.1", "excluded", "it is excluded: lift controllers"],
    ]);
  });

  test("can be this machine", async () => {
    const own = {
      targets: ["10.0.0.0/24"],
      exclusions: [{ addresses: ["this-machine"], reason: "itself" }],
      own: ["10.0.0.5"],
    };
    expect(await rules(own, "10.0.0.4-10.0.0.6")).toEqual(["10.0.0.5 excluded"]);
  });
});

test("the guard on ranges agrees with the rules for every single address", async () => {
  const ends = [
    "0.0.0.0",
    "0.0.0.1",
    "9.255.255.255",
    "10.0.0.0",
    "10.0.0.9",
    "10.255.255.255",
    "11.0.0.0",
    "127.0.0.1",
    "198.51.100.7",
    "198.51.100.200",
    "223.255.255.255",
    "224.0.0.0",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.254",
    "255.255.255.255",
  ];
  const range = fc
    .tuple(fc.constantFrom(...ends.keys()), fc.constantFrom(...ends.keys()))
    .map(([a, b]) => `${ends[Math.min(a, b)]}-${ends[Math.max(a, b)]}`);
  const some = fc.array(range, { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      some,
      some,
      some,
      some,
      fc.constantFrom(...ends),
      async (targets, excluded, permitted, ended, address) => {
        const declared = {
          targets,
          exclusions: excluded.length === 0 ? [] : [{ addresses: excluded, reason: "r" }],
          authorizations: [authorization(0, NOW + 1, ...permitted), authorization(0, NOW, ...ended)],
          own: ["198.51.100.200"],
        };
        const answer = guard(addresses(address), await resolve(declared), NOW);
        const kind = addressClass(address);
        const never = ["multicast", "broadcast", "unspecified", "reserved"].includes(kind);
        const publicElsewhere = kind === "public" && address !== "198.51.100.200";
        const expected = never
          ? "never-a-target"
          : addresses(...excluded).has(address)
            ? "excluded"
            : !addresses(...targets).has(address)
              ? "outside-scope"
              : publicElsewhere && !addresses(...permitted).has(address)
                ? "public-without-authorization"
                : "allowed";
        expect(answer.allowed ? "allowed" : answer.refusals.map(({ rule }) => rule).join()).toBe(expected);
        // Asked about a whole range, it refuses this address when and only when it refuses it alone.
        const around = guard(addresses("0.0.0.0/0"), await resolve(declared), NOW);
        const refused = around.allowed ? [] : around.refusals.filter(({ target }) => addresses(target).has(address));
        expect(refused.map(({ rule }) => rule)).toEqual(expected === "allowed" ? [] : [expected]);
      },
    ),
  );
});

test("a request for nothing is allowed", async () => {
  expect(guard(emptyAddressSet, await resolve({}), NOW)).toEqual({ allowed: true });
});

test("the fault names target and rule of the first five refusals, and how many more", async () => {
  const declared = { targets: ["10.0.0.0/24"] };
  const six = await refusals(declared, "10.1.0.1", "10.2.0.1", "10.3.0.1", "10.4.0.1", "10.5.0.1", "224.0.0.1");
  const fault = refusalFault(six);
  expect(fault.code).toBe("target-refused");
  expect(fault.message.split("\n")).toEqual([
    "224.0.0.1 is refused (never-a-target): it is a multicast address, which stands for a group of hosts",
    "10.1.0.1 is refused (outside-scope): no target in the scope declares it",
    "10.2.0.1 is refused (outside-scope): no target in the scope declares it",
    "10.3.0.1 is refused (outside-scope): no target in the scope declares it",
    "10.4.0.1 is refused (outside-scope): no target in the scope declares it",
    "and 1 more",
  ]);
  expect(fault.next).toBe("Leave it out: no scope and no authorization can allow it.");
});
