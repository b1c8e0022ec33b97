import { expect, it } from "vitest";
import { addressSet } from "./address-set.ts";
import { parseScope } from "./parse-scope.ts";
import { resolveScope } from "./resolve.ts";
import { seenFrom } from "./seen-from.ts";
import { viewpointsOf } from "./viewpoint.ts";

const SCOPE = `version: 1
name: past
systemTypes: { host: { cadence: 1h, ports: "1-10" } }
targets: [{ name: here, addresses: [this-machine], systemType: host }]
`;

it("keeps this machine's former addresses when names are no longer resolved", async () => {
  const scope = parseScope(SCOPE, "portolan.yaml", () => "");
  const asked = { lookup: () => Promise.resolve([]), ownAddresses: () => [] };
  const resolved = await resolveScope(scope, asked);
  const recorded = addressSet(["127.0.0.1", "192.0.2.2"].map((address) => ({ first: address, last: address })));
  const then = { ...resolved, assets: resolved.assets.map((asset) => ({ ...asset, addresses: recorded })) };
  const [viewpoint] = viewpointsOf(scope);
  const seen = seenFrom(then, viewpoint);
  expect(seen.assets.map(({ addresses }) => addresses.ranges)).toEqual([recorded.ranges]);
});
