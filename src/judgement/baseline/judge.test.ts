import { describe, expect, it } from "vitest";
import { aHost, anAsset, anAuthorizedPort, anInput, aTarget, type PortStates } from "../../../test/compared-host.ts";
import type { AuthorizedPort, DeviationKind, DeviationSubject, Finding, StateAt } from "../../model/index.ts";
import { DEVIATION_KINDS } from "../../model/index.ts";
import type { CompareInput, ComparedHost } from "./compared.ts";
import { judge, type Verdict } from "./judge.ts";

type Word = Verdict["verdict"];
const STATES = ["open", "closed", "filtered", "no-response", "unreachable", "unknown"] as const satisfies StateAt[];
const TELNET = { transport: "tcp", port: 23 } as const;
const onPort = { about: "port", asset: "web-1", address: "10.0.0.2", transport: "tcp", port: 23 } as const;

function aFinding(kind: DeviationKind, subject: DeviationSubject = onPort): Finding {
  const life = { status: "new", openedAt: 1, lastSeenAt: 1 } as const;
  return { id: 1, fingerprint: "f", kind, vantage: "inside", subject, summary: "", ...life } as Finding;
}
const word = (finding: Finding, input: CompareInput): Word => judge(finding, input).verdict;
const resolution = (finding: Finding, input: CompareInput): string | undefined => {
  const verdict = judge(finding, input);
  return verdict.verdict === "gone" ? verdict.resolution : undefined;
};
const web1 = (states: PortStates, answered?: boolean, address = "10.0.0.2"): ComparedHost =>
  aHost(address, states, { asset: anAsset("web-1"), ...(answered === undefined ? {} : { answered }) });

describe.each(["unauthorized-open", "authorization-expired"] as const)("%s on one port", (kind) => {
  // Columns: host answered and silent without authorization, answered and silent with one.
  const table: Record<StateAt, [Word, Word, Word, Word]> = {
    open: ["holds", "holds", "gone", "gone"],
    closed: ["gone", "gone", "gone", "gone"],
    filtered: ["gone", "unknown", "gone", "gone"],
    "no-response": ["unknown", "unknown", "gone", "gone"],
    unreachable: ["unknown", "unknown", "gone", "gone"],
    unknown: ["unknown", "unknown", "gone", "gone"],
  };
  const notAuthorized: [string, readonly AuthorizedPort[] | undefined][] = [
    ["no port baseline", undefined],
    ["no rule for it", [anAuthorizedPort({ port: 22 })]],
    ["a rule that ended", [anAuthorizedPort({ port: 23, expires: 1 })]],
  ];

  for (const state of STATES) {
    it.each(notAuthorized)(`${state}, %s`, (_, authorizedPorts) => {
      for (const [column, answered] of [true, false].entries()) {
        const input = { ...anInput([web1({ "23": state }, answered)]), authorizedPorts };
        expect(word(aFinding(kind), input)).toBe(table[state][column]);
      }
    });
    it(`${state}, authorized now`, () => {
      for (const [column, answered] of [true, false].entries()) {
        const input = anInput([web1({ "23": state }, answered)], [anAuthorizedPort({ port: 23 })]);
        expect(word(aFinding(kind), input)).toBe(table[state][column + 2]);
      }
    });
  }

  it("is a different deviation once the port is authorized for other vantage points", () => {
    const elsewhere = [anAuthorizedPort({ port: 23, exposure: ["outside"] })];
    expect(word(aFinding(kind), anInput([web1({ "23": "open" })], elsewhere))).toBe("gone");
    expect(word(aFinding(kind), anInput([web1({ "23": "closed" })], elsewhere))).toBe("gone");
    expect(word(aFinding(kind), anInput([web1({ "23": "no-response" })], elsewhere))).toBe("unknown");
  });

  it("does not wait for an address that left the scope", () => {
    const moved = aFinding(kind, { about: "port", asset: "web-1", addresses: ["10.0.0.2", "10.9.0.2"], ...TELNET });
    const closed = { ...anInput([web1({ "23": "closed" })]), inScope: (address: string) => address !== "10.9.0.2" };
    expect(word(moved, { ...closed, inScope: undefined })).toBe("unknown");
    expect(resolution(moved, closed)).toBe("observed closed on 10.0.0.2");
    expect(word(aFinding(kind, { ...onPort, address: "10.9.0.2" }), closed)).toBe("gone");
  });

  it("over UDP is resolved only by a refusal, never by silence or a prohibition", () => {
    const finding = aFinding(kind, { ...onPort, transport: "udp", port: 161 });
    const words: Record<StateAt, Word> = {
      open: "holds",
      closed: "gone",
      filtered: "unknown",
      "no-response": "unknown",
      unreachable: "unknown",
      unknown: "unknown",
    };
    for (const state of STATES) {
      for (const answered of [true, false]) {
        const input = anInput([web1({ "udp/161": state, "80": "closed" }, answered)]);
        expect([state, word(finding, input)]).toEqual([state, words[state]]);
      }
    }
  });

  it("is not changed by a sweep of other ports, or by a state that this sweep did not observe", () => {
    expect(word(aFinding(kind), anInput([web1({ "80": "closed" })]))).toBe("unknown");
    const remembered = { ...web1({ "23": "closed" }), covers: () => false };
    expect(word(aFinding(kind), anInput([remembered]))).toBe("unknown");
  });

  it("states what was observed, or which version authorized it", () => {
    expect(resolution(aFinding(kind), anInput([web1({ "23": "closed" })]))).toBe("observed closed on 10.0.0.2");
    expect(resolution(aFinding(kind), anInput([web1({ "23": "open" })], [anAuthorizedPort({ port: 23 })]))).toBe(
      "authorized by port baseline version 2",
    );
    const input = anInput([web1({ "23": "open" })], [anAuthorizedPort({ port: 23 })], { baselineVersion: undefined });
    expect(resolution(aFinding(kind), input)).toBe("authorized by the port baseline in force");
  });

  it("is kept when its asset or its address is no longer in the scope", () => {
    expect(word(aFinding(kind), anInput([]))).toBe("unknown");
    const otherAsset = aHost("10.0.0.2", { "23": "closed" }, { asset: anAsset("web-2") });
    expect(word(aFinding(kind), anInput([otherAsset]))).toBe("unknown");
    expect(word(aFinding(kind), anInput([web1({ "23": "closed" }, true, "10.0.0.3")]))).toBe("unknown");
    const byAddress = { about: "port", address: "10.0.0.8", transport: "tcp", port: 23 } as const;
    expect(word(aFinding(kind, byAddress), anInput([web1({ "23": "closed" })]))).toBe("unknown");
  });

  it("is judged by its address when that is undeclared", () => {
    const subject = { about: "port", address: "10.0.0.8", transport: "tcp", port: 23 } as const;
    expect(word(aFinding(kind, subject), anInput([aHost("10.0.0.8", { "23": "closed" }, {})]))).toBe("gone");
    expect(word(aFinding(kind, subject), anInput([aHost("10.0.0.8", { "23": "open" }, {})]))).toBe("holds");
  });

  it.each<[StateAt, StateAt, StateAt, Word]>([
    ["closed", "closed", "unknown", "gone"],
    ["closed", "filtered", "no-response", "gone"],
    ["closed", "no-response", "closed", "unknown"],
    ["closed", "unknown", "closed", "unknown"],
    ["closed", "closed", "open", "holds"],
    ["open", "closed", "closed", "holds"],
    ["unknown", "no-response", "open", "holds"],
  ])("seen on two addresses that show %s and %s, a third %s: %s", (first, second, third, expected) => {
    const subject: DeviationSubject = {
      about: "port",
      asset: "web-1",
      addresses: ["10.0.0.2", "10.0.0.3"],
      transport: "tcp",
      port: 23,
    };
    const hosts = [first, second, third].map((state, index) => web1({ "23": state }, true, `10.0.0.${index + 2}`));
    expect(word(aFinding(kind, subject), anInput(hosts))).toBe(expected);
  });

  it("is settled by a mix of authorization and closing", () => {
    const subject: DeviationSubject = {
      about: "port",
      asset: "web-1",
      addresses: ["10.0.0.2", "10.0.0.3"],
      transport: "tcp",
      port: 23,
    };
    const hosts = [web1({ "23": "open" }), web1({ "23": "closed" }, true, "10.0.0.3")];
    const rule = anAuthorizedPort({ port: 23, selector: { cidr: "10.0.0.2" } });
    expect(resolution(aFinding(kind, subject), anInput(hosts, [rule]))).toBe(
      "authorized by port baseline version 2; observed closed on 10.0.0.3",
    );
  });

  it("asks every address of the asset when it does not remember where it was seen", () => {
    const subject: DeviationSubject = { about: "port", asset: "web-1", transport: "tcp", port: 23 };
    const hosts = [web1({ "23": "closed" }), web1({ "23": "no-response" }, true, "10.0.0.3")];
    expect(word(aFinding(kind, subject), anInput(hosts))).toBe("unknown");
    expect(word(aFinding(kind, subject), anInput(hosts.slice(0, 1)))).toBe("gone");
  });
});

describe("a host that answered on very many ports", () => {
  const subject: DeviationSubject = {
    about: "ports",
    asset: "web-1",
    address: "10.0.0.2",
    transport: "tcp",
    ports: [1, 1_500],
  };
  const finding = aFinding("unauthorized-open", subject);
  const host = (stateOf: (port: number) => StateAt): ComparedHost =>
    web1(Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`${index + 1}`, stateOf(index + 1)])));

  it.each<[string, (port: number) => StateAt, readonly AuthorizedPort[], Word]>([
    ["still does", () => "open", [], "holds"],
    ["still does on most", (port) => (port < 1_200 ? "open" : "no-response"), [], "holds"],
    ["has all of them authorized", () => "open", [anAuthorizedPort({ ports: [1, 1_500] })], "gone"],
    ["has all but one of them authorized", () => "open", [anAuthorizedPort({ ports: [1, 1_499] })], "holds"],
    ["refuses everything", () => "closed", [], "gone"],
    ["refuses all but a few", (port) => (port < 10 ? "open" : "closed"), [], "gone"],
    ["was not probed on one port", (port) => (port === 700 ? "unknown" : "closed"), [], "unknown"],
    ["was silent on one port", (port) => (port === 700 ? "no-response" : "closed"), [], "unknown"],
  ])("and %s", (_, stateOf, rules, expected) => {
    expect(word(finding, anInput([host(stateOf)], rules))).toBe(expected);
  });

  it("is kept when it is not in the input", () => {
    expect(word(finding, anInput([]))).toBe("unknown");
  });
});

describe("expected-missing", () => {
  const finding = aFinding("expected-missing", { ...onPort, port: 443 });
  const expected = anAuthorizedPort({ presence: "expected" });
  const table: Record<StateAt, [answered: Word, silent: Word]> = {
    open: ["gone", "gone"],
    closed: ["holds", "unknown"],
    filtered: ["holds", "unknown"],
    "no-response": ["unknown", "unknown"],
    unreachable: ["holds", "unknown"],
    unknown: ["unknown", "unknown"],
  };

  it.each(STATES)("%s: host answered, host silent", (state) => {
    const words = [true, false].map((answered) =>
      word(finding, anInput([web1({ "443": state }, answered)], [expected])),
    );
    expect(words).toEqual(table[state]);
  });

  it.each<[string, readonly AuthorizedPort[], Word]>([
    ["removed", [], "gone"],
    ["optional now", [{ ...expected, presence: "optional" }], "gone"],
    ["ended", [{ ...expected, expires: 1_000 }], "gone"],
    ["for another vantage point now", [{ ...expected, exposure: ["outside"] }], "gone"],
    ["for another port now", [{ ...expected, ports: [443, 444] }], "gone"],
    ["for addresses that are not in the input", [{ ...expected, selector: { cidr: "10.9.0.0/16" } }], "unknown"],
  ])("whose expectation is %s", (_, rules, verdict) => {
    for (const state of STATES.filter((each) => each !== "open")) {
      expect(word(finding, anInput([web1({ "443": state })], rules))).toBe(verdict);
    }
  });

  it("is gone when another address of the asset has it open, and says where", () => {
    const hosts = [web1({ "443": "closed" }), web1({ "443": "open" }, true, "10.0.0.3")];
    expect(resolution(finding, anInput(hosts, [expected]))).toBe("open on 10.0.0.3");
  });

  it("is kept without a port baseline, and when its asset is no longer in the scope", () => {
    expect(word(finding, { ...anInput([web1({ "443": "closed" })]), authorizedPorts: undefined })).toBe("unknown");
    expect(word(finding, anInput([], []))).toBe("unknown");
    expect(word(finding, anInput([aHost("10.0.0.2", { "443": "open" }, {})], [expected]))).toBe("unknown");
  });
});

describe("undeclared-asset", () => {
  const finding = aFinding("undeclared-asset", { about: "address", target: "dmz", address: "10.0.0.9" });

  it.each<[string, ComparedHost[], Word]>([
    ["has a port open", [aHost("10.0.0.9", { "22": "open" }, {})], "holds"],
    ["only refuses", [aHost("10.0.0.9", { "22": "closed" }, {})], "holds"],
    ["is silent", [aHost("10.0.0.9", { "22": "no-response" }, {})], "unknown"],
    ["is unreachable", [aHost("10.0.0.9", { "22": "unreachable" }, {})], "unknown"],
    ["was not scanned", [aHost("10.0.0.9", {}, {})], "unknown"],
    ["is no longer in the scope", [aHost("10.0.0.8", { "22": "closed" }, {})], "unknown"],
    ["is declared now", [aHost("10.0.0.9", {}, { asset: anAsset("printer") })], "gone"],
    ["is allowed now", [aHost("10.0.0.9", { "22": "open" }, { target: { ...aTarget, undeclared: "allow" } })], "gone"],
  ])("that %s", (_, hosts, expected) => {
    expect(word(finding, anInput(hosts))).toBe(expected);
  });
});

describe("coverage-gap", () => {
  const finding = aFinding("coverage-gap", { about: "asset", asset: "web-1", address: "10.0.0.2" });
  const table: Record<StateAt, [answered: Word, silent: Word]> = {
    open: ["gone", "holds"],
    closed: ["gone", "holds"],
    filtered: ["gone", "holds"],
    "no-response": ["gone", "holds"],
    unreachable: ["gone", "holds"],
    unknown: ["gone", "unknown"],
  };

  it.each(STATES)("of an asset, %s: host answered, host silent", (state) => {
    const words = [true, false].map((answered) => word(finding, anInput([web1({ "22": state }, answered)])));
    expect(words).toEqual(table[state]);
  });

  it("of an asset is gone when one address answers, and stays open while one was not scanned", () => {
    const silent = web1({ "22": "no-response" });
    expect(resolution(finding, anInput([silent, web1({ "22": "closed" }, true, "10.0.0.3")]))).toBe(
      "answered on 10.0.0.3",
    );
    expect(word(finding, anInput([silent, web1({}, false, "10.0.0.3")]))).toBe("unknown");
    expect(word(finding, anInput([]))).toBe("unknown");
  });

  it("of a target is not settled by observations of single hosts", () => {
    const missed = { ...aFinding("coverage-gap", { about: "target", target: "dmz" }), during: { from: 5 } };
    expect(word(missed, anInput([web1({ "22": "open" })]))).toBe("unknown");
  });
});

describe("wrong-exposure", () => {
  const elsewhere = anAuthorizedPort({ port: 23, exposure: ["outside"] });
  const finding = aFinding("wrong-exposure");

  it.each<[StateAt, answered: Word, silent: Word]>([
    ["open", "holds", "holds"],
    ["closed", "gone", "gone"],
    ["filtered", "gone", "unknown"],
    ["no-response", "unknown", "unknown"],
    ["unreachable", "unknown", "unknown"],
    ["unknown", "unknown", "unknown"],
  ])("%s", (state, answered, silent) => {
    expect(word(finding, anInput([web1({ "23": state }, true)], [elsewhere]))).toBe(answered);
    expect(word(finding, anInput([web1({ "23": state }, false)], [elsewhere]))).toBe(silent);
  });

  it("ends when the port is authorized from here, and when it is no longer authorized anywhere", () => {
    const open = web1({ "23": "open" });
    const here = anAuthorizedPort({ port: 23, exposure: ["inside", "outside"] });
    expect(word(finding, anInput([open], [here]))).toBe("gone");
    expect(word(finding, anInput([open], []))).toBe("gone");
    expect(word(finding, { ...anInput([open]), authorizedPorts: undefined })).toBe("holds");
  });
});

describe.each(["service-changed", "insecure-service", "outdated-service"] as const)("%s", (kind) => {
  const table: Record<StateAt, [answered: Word, silent: Word]> = {
    open: ["unknown", "unknown"],
    closed: ["gone", "gone"],
    filtered: ["gone", "unknown"],
    "no-response": ["unknown", "unknown"],
    unreachable: ["unknown", "unknown"],
    unknown: ["unknown", "unknown"],
  };

  it.each(STATES)("%s: host answered, host silent; authorized or not", (state) => {
    for (const rules of [[], [anAuthorizedPort({ port: 23 })]]) {
      const words = [true, false].map((answered) =>
        word(aFinding(kind), anInput([web1({ "23": state }, answered)], rules)),
      );
      expect(words).toEqual(table[state]);
    }
  });
});

describe("any finding", () => {
  it.each(DEVIATION_KINDS)("%s is not judged from another vantage point", (kind) => {
    const input = anInput([web1({ "23": "closed" })], [anAuthorizedPort({ port: 23 })], { vantage: "outside" });
    expect(word(aFinding(kind), input)).toBe("unknown");
  });
});
