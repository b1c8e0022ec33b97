import { describe, expect, it } from "vitest";
import { aHost, anAsset, anAuthorizedPort, anInput } from "../../../test/compared-host.ts";
import type { Finding, ServiceIdentity, TlsFacts } from "../../model/index.ts";
import { compare } from "./compare.ts";
import { judge } from "./judge.ts";
import { isExpectedService } from "./service-names.ts";
import { serviceProblems } from "./service-problems.ts";

const TLS: TlsFacts = { versions: ["TLSv1.2"], undecided: [], suites: [], weakSuites: [], certificates: [] };
const is = (service: string, more: Partial<ServiceIdentity> = {}): ServiceIdentity => ({
  service,
  confidence: "high",
  evidence: "",
  ...more,
});
const NEVER = { endOfLife: () => undefined };
const ENDED = {
  endOfLife: () => ({
    product: "nginx",
    cycle: "1.18",
    at: Date.UTC(2021, 3, 20),
    source: "https://x",
    asOf: "2026-11-22",
  }),
};
const kinds = (identity: ServiceIdentity, expected?: string): string[] =>
  serviceProblems(identity, expected, 0, NEVER).map(({ kind }) => kind);

describe("an expected service", () => {
  it.each<[string, ServiceIdentity, boolean | undefined]>([
    ["ssh", is("ssh"), true],
    ["ssh", is("telnet"), false],
    ["https", is("http", { tls: TLS }), true],
    ["https", is("http"), false],
    ["http", is("elasticsearch"), true],
    ["elasticsearch", is("http"), false],
    ["domain", is("dns"), true],
    ["microsoft-ds", is("smb"), true],
    ["nginx", is("http", { product: "nginx" }), true],
    // Undecidable: the name of a protocol that is not identified, a guess, TLS with an unknown protocol inside.
    ["our-billing", is("http"), undefined],
    ["ssh", is("ftp", { confidence: "low" }), undefined],
    ["https", is("tls", { tls: TLS }), undefined],
  ])("%s, and %o: %s", (expected, identity, verdict) => {
    expect(isExpectedService(expected, identity)).toBe(verdict);
  });
});

describe("insecure", () => {
  it.each<[string, ServiceIdentity, string[]]>([
    ["telnet", is("telnet"), ["insecure-service"]],
    ["FTP in the clear", is("ftp"), ["insecure-service"]],
    ["FTP inside TLS", is("ftp", { tls: TLS }), []],
    ["TLS 1.0", is("http", { tls: { ...TLS, versions: ["TLSv1.0", "TLSv1.2"] } }), ["insecure-service"]],
    ["a TLS version that is undecided", is("http", { tls: { ...TLS, undecided: ["SSLv3"] } }), []],
    ["weak suites", is("http", { tls: { ...TLS, weakSuites: ["TLS_RSA_WITH_NULL_SHA"] } }), ["insecure-service"]],
    ["Redis without a password", is("redis", { access: "anonymous" }), ["insecure-service"]],
    ["Redis with a password", is("redis", { access: "authenticated" }), []],
    ["Redis with unknown access", is("redis"), []],
    ["VNC without a password", is("vnc", { access: "anonymous" }), ["insecure-service"]],
    ["a web server", is("http"), []],
  ])("%s", (_, identity, expected) => {
    expect(kinds(identity)).toEqual(expected);
  });
});

describe("outdated", () => {
  it("states date and source, and that a distribution may fix it nevertheless", () => {
    const nginx = is("http", { product: "nginx", version: "1.18.0" });
    expect(serviceProblems(nginx, undefined, 0, ENDED)[0]).toEqual({
      kind: "outdated-service",
      text: "is http · nginx 1.18.0: nginx 1.18 is past its end of life since 2021-04-20 (https://x, as of 2026-11-22)",
      program: {
        product: "nginx",
        version: "1.18.0",
        ended: "nginx 1.18 is past its end of life since 2021-04-20 (https://x, as of 2026-11-22)",
      },
    });
    const packaged = serviceProblems({ ...nginx, distribution: "Ubuntu" }, undefined, 0, ENDED);
    expect(packaged[0]?.text).toContain("; packaged by Ubuntu, which may have backported fixes: low confidence");
  });
});

describe("compared and judged", () => {
  const asset = anAsset("web-1");
  const rule = anAuthorizedPort({ selector: { asset: "web-1" }, port: 22, service: "ssh" });
  const seen = (state: "open" | "closed", identity: ServiceIdentity | undefined) =>
    anInput([{ ...aHost("10.0.0.2", { "22": state }, { asset }), serviceOf: () => identity }], [rule]);
  const finding: Finding = {
    id: 1,
    fingerprint: "f",
    kind: "service-changed",
    vantage: anInput([]).vantage,
    subject: { about: "port", asset: "web-1", address: "10.0.0.2", transport: "tcp", port: 22 },
    summary: "",
    status: "new",
    openedAt: 0,
    lastSeenAt: 0,
  };

  it("is one deviation of a kind for a port, and none where the service is unknown", () => {
    expect(compare(seen("open", is("telnet"))).map(({ kind, endpoints }) => [kind, endpoints])).toEqual([
      ["service-changed", [{ address: "10.0.0.2", transport: "tcp", port: 22 }]],
      ["insecure-service", [{ address: "10.0.0.2", transport: "tcp", port: 22 }]],
    ]);
    expect(compare(seen("open", undefined))).toEqual([]);
  });

  it.each([
    ["the other service still answers", "open", is("telnet"), { verdict: "holds" }],
    ["the service is unknown", "open", undefined, { verdict: "unknown" }],
    ["the expected one answers", "open", is("ssh"), { verdict: "gone", resolution: "identified as ssh on 10.0.0.2" }],
    ["the port is closed", "closed", undefined, { verdict: "gone", resolution: "observed closed on 10.0.0.2" }],
  ] as const)("%s", (_, state, identity, verdict) => {
    expect(judge(finding, seen(state, identity))).toEqual(verdict);
  });
});
