import { describe, expect, it } from "vitest";
import { aHost, anAsset, anInput, type PortStates } from "../../../test/compared-host.ts";
import type { Finding, ProgramSubject, SeenEndpoint, ServiceIdentity } from "../../model/index.ts";
import { compare } from "./compare.ts";
import type { CompareInput } from "./compared.ts";
import { fingerprint } from "./fingerprint.ts";
import { judge } from "./judge.ts";
import { byEndpoint } from "./outdated-programs.ts";

const ENDED = { cycle: "1.18", at: Date.UTC(2021, 3, 20), source: "https://x", asOf: "2026-11-22" };
const lifecycle: CompareInput["lifecycle"] = {
  endOfLife: ({ product, version }) =>
    product !== undefined && version?.startsWith("1.18") ? { ...ENDED, product } : undefined,
};
const program = (version: string): ServiceIdentity => ({
  service: "http",
  product: "nginx",
  version,
  confidence: "high",
  evidence: "",
});

/** One sweep of web-1 on 10.0.0.2: the states of its ports, and the version that answers on each open one. */
function seen(states: PortStates, versions: Readonly<Record<number, string>>, fields: Partial<CompareInput> = {}) {
  const host = {
    ...aHost("10.0.0.2", states, { asset: anAsset("web-1") }),
    serviceOf: (_transport: string, port: number) => {
      const version = versions[port];
      return version === undefined ? undefined : program(version);
    },
  };
  return anInput([host], [], { authorizedPorts: undefined, lifecycle, ...fields });
}
const both: PortStates = { "80": "open", "443": "open" };
const old = { 80: "1.18.0", 443: "1.18.0" };
const at = (port: number, vantage = "inside"): SeenEndpoint => ({
  vantage,
  address: "10.0.0.2",
  transport: "tcp",
  port,
  seenAt: 1_000,
});

describe("an outdated program", () => {
  it("is one deviation with all its endpoints, wherever it is seen from", () => {
    const [inside, ...more] = compare(seen(both, old));
    const [outside] = compare(seen({ "80": "open" }, old, { vantage: "outside" }));
    expect(more).toEqual([]);
    expect(inside).toMatchObject({
      kind: "outdated-service",
      subject: { about: "program", asset: "web-1", product: "nginx", version: "1.18.0", endpoints: [at(443), at(80)] },
      summary:
        "nginx 1.18.0 on web-1: nginx 1.18 is past its end of life since 2021-04-20 (https://x, as of 2026-11-22)",
    });
    expect(fingerprint(inside!, "inside")).toBe(fingerprint(outside!, "outside"));
  });

  it("is another one for another version, and has a second probe for each endpoint", () => {
    const found = compare(seen(both, { 80: "1.18.0", 443: "1.18.1" }));
    expect(new Set(found.map((each) => fingerprint(each, "inside"))).size).toBe(2);
    const [one, two, ...more] = compare(seen(both, old)).flatMap(byEndpoint);
    expect([one?.endpoints, two?.endpoints].flat().map(({ port } = at(0)) => port)).toEqual([443, 80]);
    expect(more).toEqual([]);
  });

  it("leaves a port to the finding that an earlier version opened for it", () => {
    const subject = { about: "port", asset: "web-1", address: "10.0.0.2", transport: "tcp", port: 80 } as const;
    const standing = new Set([fingerprint({ kind: "outdated-service", subject }, "inside")]);
    expect(compare(seen(both, old, { standing })).map((each) => each.subject)).toMatchObject([
      { about: "port", port: 80 },
      { about: "program", endpoints: [at(443)] },
    ]);
  });
});

describe("judging an outdated program", () => {
  const subject: ProgramSubject = {
    about: "program",
    asset: "web-1",
    address: "10.0.0.2",
    product: "nginx",
    version: "1.18.0",
    endpoints: [at(443), at(80), at(443, "outside")],
  };
  const life = { summary: "", status: "new", openedAt: 0, lastSeenAt: 1_000 } as const;
  const finding: Finding = { id: 1, fingerprint: "f", kind: "outdated-service", vantage: "outside", subject, ...life };
  const settled = (input: CompareInput) => {
    const verdict = judge(finding, input);
    return verdict.verdict === "settled" ? verdict.settled.map(({ observed }) => observed) : verdict.verdict;
  };

  it.each([
    ["it answers on both ports", both, old, "holds"],
    ["nobody knows which program answers", both, {}, "unknown"],
    ["nothing was probed", {}, {}, "unknown"],
    ["one port is closed", { "80": "closed", "443": "open" }, old, ["observed closed on tcp/10.0.0.2:80 from inside"]],
    [
      "it was upgraded on one port and closed on the other",
      { "80": "closed", "443": "open" },
      { 443: "1.20.0" },
      [
        "identified as http · nginx 1.20.0, another version, on tcp/10.0.0.2:443 from inside",
        "observed closed on tcp/10.0.0.2:80 from inside",
      ],
    ],
  ] as const)("%s", (_, states, versions, expected) => {
    expect(settled(seen(states, versions))).toEqual(expected);
  });

  it("settles nothing of another vantage point", () => {
    expect(settled(seen({ "80": "closed", "443": "closed" }, {}, { vantage: "outside" }))).toEqual([
      "observed closed on tcp/10.0.0.2:443 from outside",
    ]);
    expect(settled(seen({ "80": "closed", "443": "closed" }, {}, { vantage: "elsewhere" }))).toBe("unknown");
  });
});
