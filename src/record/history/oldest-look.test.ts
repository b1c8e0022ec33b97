import { expect, it } from "vitest";
import { addressSet, parsePorts } from "../../scope/index.ts";
import { summarize } from "./as-of.ts";
import { domainOf } from "./blocks.ts";
import { coverageBlocks } from "./coverage.ts";
import { stateMap } from "./state-map.ts";

const SWEPT = Date.UTC(2026, 2, 14, 12, 46);
const KNOWN = Date.UTC(2026, 2, 14, 13, 14);
const address = "192.0.2.1";

it("one port that was scanned later does not date the others", () => {
  const domain = domainOf(addressSet([{ first: address, last: address }]), parsePorts("1-10000"));
  const layer = (lookedAt: number, first: number, last: number) => ({
    lookedAt,
    blocks: coverageBlocks([
      { first: address, last: address, transport: "tcp", state: "closed", ports: [[first, last]] },
    ]),
  });
  const layers = [layer(KNOWN, 22, 22), layer(SWEPT, 1, 10_000)];
  const map = stateMap({ at: KNOWN + 1, staleness: 3_600_000, domain, layers, tracked: [] });
  expect(summarize(map, domain)).toMatchObject({ lastLookedAt: KNOWN, oldestLookedAt: SWEPT });
});
