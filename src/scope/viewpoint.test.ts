import { describe, expect, it } from "vitest";
import { addressSet } from "./address-set.ts";
import { guard } from "./guard.ts";
import { parseScope } from "./parse-scope.ts";
import { resolveScope } from "./resolve.ts";
import { seenFrom } from "./seen-from.ts";
import { isPartlyLocal, scopeElsewhere, viewpointsOf } from "./viewpoint.ts";

const FILE = `version: 1
name: two sites
systemTypes:
  server: { cadence: 1h, ports: "22,443" }
targets:
  - { name: dmz, addresses: [10.0.1.0/24, web.example], systemType: server }
  - { name: office, addresses: [10.0.2.0/24], systemType: server }
  - { name: here, addresses: [this-machine, 127.0.0.1, 10.0.3.1], systemType: server }
assets:
  - { name: web, addresses: [web.example] }
  - { name: printer, addresses: [10.0.2.9] }
exclusions:
  - { addresses: [10.0.2.66], reason: crashes }
vantagePoints:
  - { name: outside, kind: outside, targets: [dmz], cadence: 5m }
  - { name: partner, kind: other }
`;
const scope = parseScope(FILE, "portolan.yaml", () => "");
const lookup = (): Promise<string[]> => Promise.resolve(["10.0.1.7"]);
const single = (address: string) => addressSet([{ first: address, last: address }]);

async function seen(name: string, installation: readonly string[] = ["10.0.9.1"]) {
  const viewpoint = viewpointsOf(scope).find((each) => each.name === name);
  if (viewpoint === undefined) throw new Error(name);
  const given = { lookup, ownAddresses: () => ["10.0.9.2"] };
  return seenFrom(
    viewpoint.own
      ? await resolveScope(scope, given)
      : await resolveScope(scopeElsewhere(scope), { ...given, installation }),
    viewpoint,
  );
}

describe("vantage points", () => {
  it("are the installation's own first, and only that one where none is declared", () => {
    expect(viewpointsOf(scope).map(({ name, own, kind }) => [name, own, kind])).toEqual([
      ["inside", true, "inside"],
      ["outside", false, "outside"],
      ["partner", false, "other"],
    ]);
    const plain = parseScope(FILE.slice(0, FILE.indexOf("vantagePoints")), "portolan.yaml", () => "");
    expect(plain).not.toHaveProperty("vantagePoints");
    expect(viewpointsOf(plain)).toEqual([{ name: "inside", kind: "inside", own: true }]);
  });

  it("sweep only their own targets, at their cadence, and the guard ends there", async () => {
    const outside = await seen("outside");
    expect(outside.scope.vantage).toBe("outside");
    expect(outside.targets.map(({ target, systemType }) => [target.name, systemType.cadence])).toEqual([
      ["dmz", 300_000],
    ]);
    expect(outside.assets.map(({ asset }) => asset.name)).toEqual(["web"]);
    expect(guard(single("10.0.1.7"), outside, 0).allowed).toBe(true);
    expect(guard(single("10.0.2.9"), outside, 0)).toMatchObject({ refusals: [{ rule: "outside-scope" }] });
    expect((await seen("inside")).targets).toHaveLength(3);
  });

  it("on other machines leave out this machine and loopback, which are a different machine there", async () => {
    const partner = await seen("partner");
    const here = partner.targets.find(({ target }) => target.name === "here");
    expect(here?.addresses.ranges).toEqual([{ first: "10.0.3.1", last: "10.0.3.1" }]);
    for (const address of ["127.0.0.1", "::1", "10.0.9.1", "10.0.9.2"]) {
      expect(guard(single(address), partner, 0)).toMatchObject({ refusals: [{ rule: "outside-scope" }] });
    }
    expect(scope.targets.map(isPartlyLocal)).toEqual([false, false, true]);
  });

  it("keep the installation's own machine excluded where the scope excludes this-machine", async () => {
    const excluding = { ...scope, exclusions: [{ addresses: ["this-machine"], reason: "the scanner itself" }] };
    const resolved = await resolveScope(scopeElsewhere(excluding), {
      lookup,
      ownAddresses: () => ["10.0.1.5"],
      installation: ["10.0.1.4"],
    });
    for (const address of ["10.0.1.4", "10.0.1.5"]) {
      expect(guard(single(address), resolved, 0)).toMatchObject({ refusals: [{ rule: "excluded" }] });
    }
  });
});

it.each([
  ["twice", FILE.replace("name: partner", "name: outside"), /16:13: .*declared twice/],
  ["of a target that does not exist", FILE.replace("targets: [dmz]", "targets: [dmx]"), /15:47: .*no target is named/],
])("a vantage point %s is refused with its place", (_, text, message) => {
  expect(() => parseScope(text, "portolan.yaml", () => "")).toThrow(message);
});
