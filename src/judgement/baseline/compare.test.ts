import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aHost, anAsset, anAuthorizedPort, anInput, aTarget, type PortStates } from "../../../test/compared-host.ts";
import { assetNameOf, type AuthorizedPort, type StateAt } from "../../model/index.ts";
import { compare } from "./compare.ts";
import { fingerprint } from "./fingerprint.ts";

const web1 = { asset: anAsset("web-1") };
const kinds = (...args: Parameters<typeof anInput>): string[] => compare(anInput(...args)).map(({ kind }) => kind);

describe("an open port", () => {
  const host = aHost("10.0.0.2", { "23": "open", "80": "closed" });

  it("is unauthorized-open when nothing authorizes it", () => {
    expect(compare(anInput([host]))).toEqual([
      {
        kind: "unauthorized-open",
        subject: {
          about: "port",
          asset: "web-1",
          target: "dmz",
          address: "10.0.0.2",
          transport: "tcp",
          port: 23,
          owner: "team-web",
        },
        summary: "tcp port 23 (telnet) is open on web-1 (10.0.0.2) and not authorized",
        endpoints: [{ address: "10.0.0.2", transport: "tcp", port: 23 }],
      },
    ]);
  });

  it("deviates from nothing while no port baseline is approved", () => {
    expect(compare({ ...anInput([host]), authorizedPorts: undefined })).toEqual([]);
  });

  it.each<[string, Partial<AuthorizedPort>, string[]]>([
    ["its asset", { selector: { asset: "web-1" } }, []],
    ["another asset", { selector: { asset: "web-2" } }, ["unauthorized-open"]],
    ["a tag it has", { selector: { tag: "pci" } }, []],
    ["a tag that only its target has", { selector: { tag: "edge" } }, ["unauthorized-open"]],
    ["its system type", { selector: { systemType: "web-server" } }, []],
    ["its target's system type", { selector: { systemType: "server" } }, ["unauthorized-open"]],
    ["a block with its address", { selector: { cidr: "10.0.0.0/30" } }, []],
    ["a block without its address", { selector: { cidr: "10.0.0.4/30" } }, ["unauthorized-open"]],
    [
      "its asset in a block without its address",
      { selector: { asset: "web-1", cidr: "10.1.0.0/16" } },
      ["unauthorized-open"],
    ],
    ["its tag and another system type", { selector: { tag: "pci", systemType: "db" } }, ["unauthorized-open"]],
    ["nothing at all", { selector: {} }, ["unauthorized-open"]],
    ["a range that contains it", { ports: [20, 25] }, []],
    ["a range that ends before it", { ports: [20, 22] }, ["unauthorized-open"]],
    ["the other transport", { transport: "udp" }, ["unauthorized-open"]],
    ["this vantage point", { exposure: ["outside", "inside"] }, []],
    ["another vantage point alone", { exposure: ["outside"] }, ["wrong-exposure"]],
    ["a time that has ended", { expires: 999 }, ["authorization-expired"]],
    ["a time that ends now", { expires: 1_000 }, ["authorization-expired"]],
    ["a time that has not ended", { expires: 1_001 }, []],
    ["another vantage point, and has ended", { exposure: ["outside"], expires: 1 }, ["unauthorized-open"]],
  ])("authorized for %s", (_, fields, expected) => {
    expect(kinds([host], [anAuthorizedPort({ port: 23, ...fields })])).toEqual(expected);
  });

  it("is authorized by any rule in force, in any order", () => {
    const rules = [
      anAuthorizedPort({ port: 23, expires: 1 }),
      anAuthorizedPort({ port: 23 }),
      anAuthorizedPort({ port: 23, exposure: ["outside"] }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(rules), (some) => {
        const inForce = some.some((rule) => rule.expires === undefined && rule.exposure === undefined);
        const ended = some.some((rule) => rule.expires !== undefined);
        const elsewhere = some.some((rule) => rule.exposure !== undefined);
        const kind = ended ? "authorization-expired" : elsewhere ? "wrong-exposure" : "unauthorized-open";
        expect(kinds([host], some)).toEqual(inForce ? [] : [kind]);
      }),
    );
  });

  it("names the owner of the authorization that ended, and from where it would be allowed", () => {
    expect(compare(anInput([host], [anAuthorizedPort({ port: 23, expires: 0 })]))[0]).toMatchObject({
      subject: { owner: "team-shop" },
      summary: expect.stringContaining("its authorization ended at 1970-01-01T00:00:00.000Z"),
    });
    expect(compare(anInput([host], [anAuthorizedPort({ port: 23, exposure: ["outside"] })]))[0]?.summary).toContain(
      "authorized only as seen from outside",
    );
  });

  it("is one deviation however many of the asset's addresses have it open", () => {
    const hosts = ["::1", "127.0.0.1", "10.0.0.4"].map((address) => aHost(address, { "8023": "open" }));
    const found = compare(anInput([...hosts, aHost("10.0.0.5", { "8023": "closed" })]));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      subject: { asset: "web-1", addresses: ["10.0.0.4", "127.0.0.1", "::1"], port: 8023 },
      summary: "tcp port 8023 is open on web-1 (10.0.0.4, 127.0.0.1 and ::1) and not authorized",
    });
    expect(found[0]?.subject).not.toHaveProperty("address");
    expect(found[0]?.endpoints).toHaveLength(3);
    const alone = compare(anInput(hosts.slice(0, 1)))[0];
    expect(fingerprint(found[0]!, "inside")).toBe(fingerprint(alone!, "inside"));
  });

  it("is reported by address where undeclared hosts are allowed", () => {
    const target = { ...aTarget, undeclared: "allow" as const };
    const found = compare(anInput([aHost("10.0.0.8", { "23": "open" }, { target })]));
    expect(found).toMatchObject([
      { kind: "unauthorized-open", subject: { target: "dmz", address: "10.0.0.8", port: 23, owner: "team-net" } },
    ]);
    expect(
      kinds(
        [aHost("10.0.0.8", { "23": "open" }, { target })],
        [anAuthorizedPort({ port: 23, selector: { tag: "edge" } })],
      ),
    ).toEqual([]);
  });
});

describe("a host that answers on very many ports", () => {
  const states = (count: number): PortStates =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index + 1}`, "open" as const]));

  it("is one deviation per address from 1,001 ports on, and one per port up to 1,000", () => {
    expect(compare(anInput([aHost("10.0.0.2", states(1_000))]))).toHaveLength(1_000);
    const found = compare(anInput([aHost("10.0.0.2", states(1_001))], [anAuthorizedPort({ port: 80 })]));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      kind: "unauthorized-open",
      subject: { asset: "web-1", address: "10.0.0.2", transport: "tcp", ports: [1, 1_001] },
      summary: expect.stringMatching(/answers on 1001 tcp ports.*1000 of them are not authorized/),
    });
    expect(found[0]?.endpoints).toHaveLength(8);
  });

  it("does not deviate when all of its ports are authorized", () => {
    expect(compare(anInput([aHost("10.0.0.2", states(1_200))], [anAuthorizedPort({ ports: [1, 1_200] })]))).toEqual([]);
    expect(kinds([aHost("10.0.0.2", states(1_200))], [anAuthorizedPort({ ports: [1, 1_200], expires: 1 })])).toEqual([
      "authorization-expired",
    ]);
  });

  it("samples almost the same endpoints when one port more or less answers", () => {
    const sample = (count: number): string[] =>
      compare(anInput([aHost("10.0.0.2", states(count))]))[0]!.endpoints.map(({ port }) => `${port}`);
    expect(sample(2_000).filter((port) => sample(1_999).includes(port)).length).toBeGreaterThanOrEqual(7);
  });
});

describe("an expected port", () => {
  const expected = anAuthorizedPort({ presence: "expected" });

  it.each<[StateAt, string[]]>([
    ["open", []],
    ["closed", ["expected-missing"]],
    ["filtered", ["expected-missing"]],
    ["unreachable", ["expected-missing"]],
    ["no-response", []],
    ["unknown", []],
  ])("that is %s on a host that answers", (state, found) => {
    expect(kinds([aHost("10.0.0.2", { "443": state, "22": "closed" })], [expected])).toEqual(found);
  });

  it.each<[StateAt, string[]]>([
    ["closed", ["expected-missing"]],
    ["no-response", []],
  ])("over UDP that is %s on a host that answers", (state, found) => {
    const host = aHost("10.0.0.2", { "udp/161": state, "22": "closed" });
    expect(kinds([host], [{ ...expected, transport: "udp", ports: [161, 161] }])).toEqual(found);
  });

  it.each<[StateAt]>([["filtered"], ["unreachable"], ["no-response"]])(
    "that is %s on a host that is silent is a coverage gap, not a missing port",
    (state) => {
      expect(kinds([aHost("10.0.0.2", { "443": state, "22": "no-response" })], [expected])).toEqual(["coverage-gap"]);
    },
  );

  it("is missing when every address of the asset was scanned and none has it open", () => {
    const shut = aHost("10.0.0.2", { "443": "closed" });
    const silent = aHost("10.0.0.3", { "443": "no-response" });
    const found = compare(anInput([shut, silent], [expected]));
    expect(found).toEqual([
      {
        kind: "expected-missing",
        subject: {
          about: "port",
          asset: "web-1",
          target: "dmz",
          addresses: ["10.0.0.2", "10.0.0.3"],
          transport: "tcp",
          port: 443,
          owner: "team-shop",
        },
        summary: "tcp port 443 (https) is expected on web-1 (10.0.0.2 and 10.0.0.3) and does not answer",
        endpoints: [
          { address: "10.0.0.2", transport: "tcp", port: 443 },
          { address: "10.0.0.3", transport: "tcp", port: 443 },
        ],
      },
    ]);
    expect(kinds([shut, aHost("10.0.0.3", { "443": "open" })], [expected])).toEqual([]);
    expect(kinds([shut, aHost("10.0.0.3", { "22": "closed" })], [expected])).toEqual([]);
  });

  it("is expected of every asset that the selector matches", () => {
    const hosts = [
      aHost("10.0.0.2", { "443": "open" }),
      aHost("10.0.0.3", { "443": "closed" }, { asset: anAsset("web-2") }),
    ];
    const found = compare(anInput(hosts, [{ ...expected, selector: { systemType: "web-server" } }]));
    expect(found.map(({ kind, subject }) => [kind, assetNameOf(subject)])).toEqual([["expected-missing", "web-2"]]);
  });

  it("as a range is satisfied by one open port in it", () => {
    const range = anAuthorizedPort({ presence: "expected", ports: [8000, 8002] });
    const open = aHost("10.0.0.2", { "8000": "closed", "8001": "open", "8002": "closed" });
    expect(kinds([open], [range])).toEqual([]);
    const shut = aHost("10.0.0.2", { "8000": "closed", "8001": "closed", "8002": "filtered" });
    expect(compare(anInput([shut], [range]))).toMatchObject([
      { kind: "expected-missing", subject: { ports: [8000, 8002] } },
    ]);
    const partly = aHost("10.0.0.2", { "8000": "closed", "8001": "closed" });
    expect(kinds([partly], [range])).toEqual([]);
  });

  it.each<[string, Partial<AuthorizedPort>]>([
    ["optional", { presence: "optional" }],
    ["ended", { expires: 1_000 }],
    ["for another vantage point", { exposure: ["outside"] }],
    ["for another asset", { selector: { asset: "web-2" } }],
  ])("is not reported missing when it is expected %s", (_, fields) => {
    expect(kinds([aHost("10.0.0.2", { "443": "closed" })], [{ ...expected, ...fields }])).toEqual([]);
  });

  it("is missed from another vantage point only where the rule names it", () => {
    const shut = aHost("10.0.0.2", { "443": "closed" });
    const outside = { vantage: "outside", viewpoint: { own: false, kind: "outside" } } as const;
    const seen = (rule: AuthorizedPort) => compare(anInput([shut], [rule], outside)).map(({ kind }) => kind);
    expect(seen(expected)).toEqual([]);
    expect(seen({ ...expected, exposure: ["inside"] })).toEqual([]);
    expect(seen({ ...expected, exposure: ["inside", "outside"] })).toEqual(["expected-missing"]);
  });

  it("is reported missing once when two rules expect it", () => {
    const rules = [expected, { ...expected, selector: { tag: "pci" } }];
    expect(kinds([aHost("10.0.0.2", { "443": "closed" })], rules)).toEqual(["expected-missing"]);
  });
});

describe("an undeclared address", () => {
  it("is one deviation with its open ports in the summary, and no unauthorized-open", () => {
    const found = compare(anInput([aHost("10.0.0.9", { "80": "open", "22": "open", "23": "closed" }, {})]));
    expect(found).toEqual([
      {
        kind: "undeclared-asset",
        subject: { about: "address", target: "dmz", address: "10.0.0.9" },
        summary: "10.0.0.9 answers in target dmz but is not a declared asset; open: 22 and 80 (2 ports)",
        endpoints: [
          { address: "10.0.0.9", transport: "tcp", port: 22 },
          { address: "10.0.0.9", transport: "tcp", port: 80 },
        ],
      },
    ]);
  });

  it("is one deviation even if it only refuses, with or without an approved port baseline", () => {
    const host = aHost("10.0.0.9", { "61000": "closed", "61001": "filtered" }, {});
    const found = compare({ ...anInput([host]), authorizedPorts: undefined });
    expect(found).toMatchObject([
      { kind: "undeclared-asset", endpoints: [{ address: "10.0.0.9", transport: "tcp", port: 61000 }] },
    ]);
  });

  it("is not a deviation when it is silent", () => {
    expect(kinds([aHost("10.0.0.9", { "80": "no-response" }, {})])).toEqual([]);
  });
});

describe("a silent asset", () => {
  it("is a coverage gap with a few endpoints for the second probe, the expected ones first", () => {
    const states = Object.fromEntries(
      [443, 7, 9, 60_000, 22, 23, 25, 53, 80, 110, 111].map((port) => [port, "no-response" as const]),
    );
    const found = compare(anInput([aHost("10.0.0.2", states)], [anAuthorizedPort({ presence: "expected" })]));
    expect(found).toMatchObject([
      { kind: "coverage-gap", subject: { asset: "web-1", address: "10.0.0.2", owner: "team-web" } },
    ]);
    expect(found[0]?.endpoints.map(({ port }) => port)).toEqual([443, 7, 9, 22, 23, 25, 53, 80]);
  });

  it("is one gap for all of its addresses, and none when one of them answers or was not scanned", () => {
    const silent = ["10.0.0.2", "10.0.0.3"].map((address) => aHost(address, { "61000": "no-response" }, web1));
    const found = compare(anInput(silent));
    expect(found).toHaveLength(1);
    expect(found[0]?.endpoints.map(({ address }) => address)).toEqual(["10.0.0.2", "10.0.0.3"]);
    expect(kinds([...silent, aHost("10.0.0.4", { "61000": "closed" }, web1)])).toEqual([]);
    expect(kinds([...silent, aHost("10.0.0.4", {}, web1)])).toEqual([]);
  });
});

describe("deviations", () => {
  const state = fc.constantFrom<StateAt>("open", "closed", "filtered", "no-response", "unreachable", "unknown");
  const states = fc.dictionary(fc.constantFrom("22", "23", "443", "udp/53"), state);
  const asset = fc.constantFrom(undefined, "web-1", "web-2");
  const hosts = fc
    .uniqueArray(fc.record({ address: fc.nat(6), states, asset }), { selector: ({ address }) => address })
    .map((all) =>
      all.map((each) =>
        aHost(`10.0.0.${each.address}`, each.states, each.asset === undefined ? {} : { asset: anAsset(each.asset) }),
      ),
    );
  const rule = fc.record({
    selector: fc.constantFrom({ asset: "web-1" }, { tag: "pci" }, { cidr: "10.0.0.0/30" }),
    port: fc.constantFrom(22, 23, 443),
    presence: fc.constantFrom("expected" as const, "optional" as const),
    expires: fc.constantFrom(500, 5_000),
  });

  it("have distinct fingerprints, and never rest on a port that was not scanned", { tags: ["long"] }, () => {
    fc.assert(
      fc.property(hosts, fc.array(rule.map(anAuthorizedPort)), (seen, rules) => {
        const found = compare(anInput(seen, rules));
        expect(new Set(found.map((each) => fingerprint(each, "inside"))).size).toBe(found.length);
        for (const { endpoints } of found) {
          expect(endpoints.length).toBeGreaterThan(0);
          for (const { address, transport, port } of endpoints) {
            expect(seen.find((host) => host.address === address)?.covers(transport, port)).toBe(true);
          }
        }
      }),
    );
  });

  it("do not depend on the order of hosts and rules", { tags: ["long"] }, () => {
    const summaries = (...args: Parameters<typeof anInput>): string[] =>
      compare(anInput(...args))
        .map(({ kind, subject }) => `${kind} ${JSON.stringify(subject)}`)
        .sort();
    const rules = fc.uniqueArray(rule.map(anAuthorizedPort), { selector: ({ ports }) => ports[0] });
    fc.assert(
      fc.property(hosts, rules, (seen, some) => {
        expect(summaries(seen.toReversed(), some.toReversed())).toEqual(summaries(seen, some));
      }),
    );
  });
});
