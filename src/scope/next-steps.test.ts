import { describe, expect, test } from "vitest";
import { Fault, type Scope } from "../model/index.ts";
import { addressClass } from "./address-class.ts";
import { addressSet, type AddressSet } from "./address-set.ts";
import { formatAddresses } from "./address-text.ts";
import { guard } from "./guard.ts";
import { createDnsLookup } from "./io/dns-lookup.ts";
import { parseScope } from "./parse-scope.ts";
import { parsePorts, portSet } from "./port-set.ts";
import { refusalFault } from "./refusal.ts";
import { literalSet, resolveScope, type Lookup, type ResolvedScope } from "./resolve.ts";
import { selectTargets } from "./select-targets.ts";
import { parseTarget } from "./target.ts";

const NOW = Date.UTC(2026, 5, 1);

interface Case {
  readonly next: RegExp;
  readonly refused: () => unknown;
  /** The same as the next step says, once for each way that it names. */
  readonly followed: readonly (() => unknown)[];
}

const HOST = { cadence: 1, staleness: 2, criticality: "normal", ports: "-", name: "host" } as const;
const LAN = "[10.0.0.0/24]";

function scope(addresses: string, rest = ""): Scope {
  const document = `version: 1\nname: lab\nsystemTypes: { host: { cadence: 1h } }\ntargets:\n  - { name: t, addresses: ${addresses}, systemType: host }\n${rest}`;
  return parseScope(document, "portolan.yaml", () => "10.0.0.4\n");
}

function resolve(declared: Scope, lookup: Lookup = names("10.0.0.5")): Promise<ResolvedScope> {
  return resolveScope(declared, { lookup, ownAddresses: () => [] });
}

const names =
  (...addresses: string[]): Lookup =>
  () =>
    Promise.resolve(addresses);

async function select(declared: Scope, text: string, lookup: Lookup): Promise<AddressSet> {
  const chosen = await selectTargets([text], await resolve(declared, lookup), lookup, NOW);
  if (!chosen.allowed) throw refusalFault(chosen.refusals);
  return chosen.selection.addresses;
}

async function sweepPublic(authorization: string): Promise<void> {
  const resolved = await resolve(scope("[203.0.113.9]", authorization));
  const answer = guard(resolved.boundary, resolved, NOW);
  if (!answer.allowed) throw refusalFault(answer.refusals);
}

const authorized = (from: string, until: string): string =>
  `authorizations:\n  - { reference: SEC-1, grantedBy: Jane, from: ${from}, until: ${until}, addresses: [203.0.113.9] }\n`;

/** A resolver of this machine that knows one name. */
const system = createDnsLookup({
  resolve: (name) =>
    name === "web.example"
      ? Promise.resolve([{ address: "10.0.0.5" }])
      : Promise.reject(Object.assign(new Error(name), { code: "ENOTFOUND" })),
});

const CASES: Readonly<Record<string, Case>> = {
  "an address with a zone": {
    next: /^Give a dotted quad \(192\.0\.2\.1\) or an IPv6 address \(2001:db8::1\) without a zone\.$/,
    refused: () => addressClass("2001:db8::1%eth0"),
    followed: [() => addressClass("192.0.2.1"), () => addressClass("2001:db8::1")],
  },
  "a range of addresses backwards": {
    next: /^Give a first and a last address of the same family, the smaller one first\.$/,
    refused: () => addressSet([{ first: "10.0.0.9", last: "10.0.0.1" }]),
    followed: [() => addressSet([{ first: "10.0.0.1", last: "10.0.0.9" }])],
  },
  "a range of two families": {
    next: /of the same family/,
    refused: () => addressSet([{ first: "10.0.0.9", last: "fd00::1" }]),
    followed: [() => addressSet([{ first: "fd00::", last: "fd00::1" }])],
  },
  "a range of ports backwards": {
    next: /^Use ports from 1 to 65535, the smaller one first\.$/,
    refused: () => portSet({ tcp: [[90, 80]] }),
    followed: [() => portSet({ tcp: [[80, 90]] }), () => portSet({ tcp: [[1, 65_535]] })],
  },
  "a service for a port": {
    next: /^Write ports as 22,80-90,U:53, or - for all of TCP; service names are not read\.$/,
    refused: () => parsePorts("ssh"),
    followed: [() => parsePorts("22,80-90,U:53"), () => parsePorts("-")],
  },
  "a list file where no file is read": {
    next: /^List the addresses themselves, or name the file in portolan\.yaml\.$/,
    refused: () => literalSet(parseTarget("file:hosts.txt"), addressSet([])),
    followed: [() => literalSet(parseTarget("10.0.0.4"), addressSet([])), () => resolve(scope("['file:hosts.txt']"))],
  },
  "a system type that is not declared": {
    next: /^Declare it under systemTypes in portolan\.yaml\.$/,
    refused: () => resolve({ ...scope(LAN), systemTypes: [] }),
    followed: [() => resolve({ ...scope(LAN), systemTypes: [HOST] })],
  },
  "a name outside the boundary, by declaring its address": {
    next: /^Declare the addresses in a target of portolan\.yaml if they belong to the boundary, or correct the name's DNS/,
    refused: () => select(scope(LAN), "web.example", names("192.168.7.7")),
    followed: [() => select(scope("[10.0.0.0/24, 192.168.7.7]"), "web.example", names("192.168.7.7"))],
  },
  "a name outside the boundary, by its DNS record": {
    next: /, or correct the name's DNS record\.$/,
    refused: () => select(scope(LAN), "web.example", names("192.168.7.7")),
    followed: [() => select(scope(LAN), "web.example", names("10.0.0.5"))],
  },
  "a public address without an authorization": {
    next: /^Record an authorization in force \(reference, grantedBy, from, until, addresses\) under authorizations in/,
    refused: () => sweepPublic(""),
    followed: [() => sweepPublic(authorized("2026-01-01", "2026-12-31"))],
  },
  "a public address whose authorization has ended": {
    next: /^Record an authorization in force/,
    refused: () => sweepPublic(authorized("2026-01-01", "2026-02-01")),
    followed: [() => sweepPublic(authorized("2026-01-01", "2026-12-31"))],
  },
  "a name that does not resolve": {
    next: /^Check the name and this machine's name resolution\.$/,
    refused: () => system("wbe.example"),
    followed: [() => system("web.example")],
  },
};

describe("the next step of a scope or target that is refused", () => {
  test.each(Object.entries(CASES))("leads on from %s", async (_, { next, refused, followed }) => {
    const fault: unknown = await attempt(refused).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Fault).next).toMatch(next);
    for (const again of followed) await expect(attempt(again)).resolves.not.toThrow();
  });

  test("keeps what was meant: the address that the name has is selected, and no other one", async () => {
    const selected = await select(scope("[10.0.0.0/24, 192.168.7.7]"), "web.example", names("192.168.7.7"));
    expect(formatAddresses(selected)).toBe("192.168.7.7");
  });
});

async function attempt(work: () => unknown): Promise<unknown> {
  return await work();
}
