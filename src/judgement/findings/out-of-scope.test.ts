import { describe, expect, it } from "vitest";
import { programSubject, type Finding } from "../../model/index.ts";
import { addressSet } from "../../scope/index.ts";
import { fallenOut, isCovered, type ScopeExtent } from "./out-of-scope.ts";

const onlyOn = (...addresses: readonly string[]) =>
  addressSet(addresses.map((address) => ({ first: address, last: address })));

/** A version whose vantage points may sweep these addresses. */
function extent(version: number, seenFrom: Readonly<Record<string, readonly string[]>>): ScopeExtent {
  const views = Object.entries(seenFrom).map(
    ([name, addresses]) => [name, { targets: new Set(["dmz"]), boundary: onlyOn(...addresses) }] as const,
  );
  return {
    version,
    recordedAt: version * 1_000,
    assets: new Set(["web-1"]),
    excluded: onlyOn(),
    vantagePoints: new Map(views),
  };
}

const on = (vantage: string, address: string) => ({ vantage, address, transport: "tcp", port: 80, seenAt: 1 }) as const;
const finding: Finding = {
  id: 1,
  fingerprint: "f",
  kind: "outdated-service",
  vantage: "inside",
  subject: programSubject({
    asset: "web-1",
    target: "dmz",
    owner: undefined,
    product: "nginx",
    version: "1.18.0",
    endpoints: [on("inside", "10.0.0.2"), on("outside", "10.0.0.3")],
  }),
  summary: "",
  status: "new",
  openedAt: 1,
  lastSeenAt: 1,
};

describe("a program and the scope", () => {
  it("is covered while any endpoint can be swept from the vantage point that saw it", () => {
    expect(isCovered(finding, extent(1, { inside: ["10.0.0.2"], outside: ["10.0.0.3"] }))).toBe(true);
    expect(isCovered(finding, extent(1, { outside: ["10.0.0.3"] }))).toBe(true);
    expect(isCovered(finding, extent(1, { inside: ["10.0.0.3"], outside: ["10.0.0.2"] }))).toBe(false);
  });

  it("leaves with the version that covers none of them", () => {
    const extents = [extent(3, { inside: [] }), extent(2, { inside: [] }), extent(1, { outside: ["10.0.0.3"] })];
    expect(fallenOut(finding, extents)?.version).toBe(2);
  });
});
