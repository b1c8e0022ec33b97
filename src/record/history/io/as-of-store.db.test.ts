import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import { MINUTE, START, sweepsInto, type Cell } from "../../../../test/fixtures/stored-sweeps.ts";
import { type Endpoint, endpointKey } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { addressSet } from "../../../scope/index.ts";
import { createCoverageBuilder } from "../coverage.ts";
import { currentStates, diffAt, heldOpenAt, openEndpoints, viewAt } from "./as-of-store.ts";
import { heldServices } from "./service-store.ts";

eachDatabase("history as of an instant", (open) => {
  let store: Store;
  let { freshVantage, observed, sweep, asset, stateAt } = {} as ReturnType<typeof sweepsInto>;
  beforeAll(async () => {
    store = await open();
    ({ freshVantage, observed, sweep, asset, stateAt } = sweepsInto(store));
  });
  afterAll(async () => {
    await store.close();
  });

  describe("at an instant", () => {
    test("before the first sweep, and from a vantage point that does not exist, everything is unknown", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START, START + MINUTE, [["10.0.0.1", 80, "open", START + 10]])]);
      for (const [name, at] of [
        [vantage, START - 1],
        ["nowhere", START + MINUTE],
      ] as const) {
        const [view] = await viewAt(store.db, { at, vantage: name, assets: [asset("80")] });
        expect(view).toMatchObject({ answer: "unknown", open: [], silent: false, lastLookedAt: undefined });
        expect(view!.unknownPorts.format()).toBe("80");
      }
    });

    test("known from the end of a sweep until the staleness is over, both included", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START, START + MINUTE, [["10.0.0.1", 80, "closed"]])]);
      const end = START + MINUTE;
      expect(await stateAt(vantage, end - 1, 80)).toBe("unknown");
      expect(await stateAt(vantage, end, 80)).toBe("closed");
      expect(await stateAt(vantage, end + 10 * MINUTE, 80)).toBe("closed");
      expect(await stateAt(vantage, end + 10 * MINUTE + 1, 80)).toBe("unknown");
    });

    test("open from the moment it was seen, though the sweep continued", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START, START + 5 * MINUTE, [["10.0.0.1", 80, "open", START + MINUTE]])]);
      expect(await stateAt(vantage, START + MINUTE - 1, 80)).toBe("unknown");
      expect(await stateAt(vantage, START + MINUTE, 80)).toBe("open");
    });

    test("three states of one port, before, between and after", async () => {
      const vantage = freshVantage();
      const seen = ["closed", "open", "filtered"] as const;
      const results = [];
      for (const [index, state] of seen.entries()) {
        const from = START + index * 5 * MINUTE;
        results.push(await sweep(vantage, [observed(from, from + MINUTE, [["10.0.0.1", 23, state]])]));
      }
      expect(results).toMatchObject([
        { opened: 0, closed: 0, changed: 0, changes: 0, ignoredOutOfOrder: 0 },
        { opened: 1, closed: 0, changed: 0, changes: 1, ignoredOutOfOrder: 0 },
        { opened: 0, closed: 1, changed: 0, changes: 1, ignoredOutOfOrder: 0 },
      ]);
      for (const [index, state] of seen.entries()) {
        expect(await stateAt(vantage, START + index * 5 * MINUTE + MINUTE, 23)).toBe(state);
      }
    });

    test("an address of the other family, a UDP port and a silent host", async () => {
      const vantage = freshVantage();
      const builder = createCoverageBuilder();
      builder.add("2001:db8::1", "tcp", 80, "open");
      builder.add("2001:db8::1", "udp", 53, "no-response");
      builder.add("10.0.0.2", "tcp", 80, "no-response");
      await sweep(vantage, [
        { run: 0, probedFrom: START, probedTo: START + 1, coverage: builder.build(), times: new Map() },
      ]);
      const assets = [asset("T:80,U:53", MINUTE, ["2001:db8::1"]), asset("80", MINUTE, ["10.0.0.2"])];
      const [six, silent] = await viewAt(store.db, { at: START + 1, vantage, assets });
      expect(six!.open.map(({ endpoint }) => endpointKey(endpoint))).toEqual(["tcp/[2001:db8::1]:80"]);
      expect(six!.counts["no-response"]).toBe(1);
      expect(six!.silent).toBe(false);
      expect(six!.hosts).toEqual({ answered: 1, silent: 0, unknown: 0, silentEndpoints: 0 });
      expect(silent!.hosts).toEqual({ answered: 0, silent: 1, unknown: 0, silentEndpoints: 1 });
      expect(silent).toMatchObject({ answer: "known", silent: true, open: [] });
    });
  });

  test("sweeps over different ports: no difference where only one of them looked", async () => {
    const vantage = freshVantage();
    await sweep(vantage, [
      observed(START, START + 1, [
        ["10.0.0.1", 22, "open"],
        ["10.0.0.1", 80, "open"],
      ]),
    ]);
    const later = START + 30 * MINUTE;
    await sweep(vantage, [
      observed(later, later + 1, [
        ["10.0.0.1", 80, "closed"],
        ["10.0.0.1", 443, "open"],
      ]),
    ]);
    const diff = await diffAt(store.db, {
      from: START + 1,
      to: later + 1,
      vantage,
      assetsFrom: [asset("1-1000")],
      assetsTo: [asset("1-1000")],
    });
    expect(diff).toEqual({
      changes: [
        {
          subject: { kind: "asset", name: "web-1" },
          endpoint: { address: "10.0.0.1", transport: "tcp", port: 80 },
          before: "open",
          after: "closed",
        },
      ],
      otherChanges: [],
      compared: 1,
      notCompared: 2,
    });
  });

  test("assets that share an address are compared once", async () => {
    const vantage = freshVantage();
    await sweep(vantage, [
      observed(START, START + 1, [
        ["10.0.0.1", 22, "closed"],
        ["10.0.0.1", 80, "open"],
      ]),
    ]);
    await sweep(vantage, [
      observed(START + 5, START + 6, [
        ["10.0.0.1", 22, "open"],
        ["10.0.0.1", 80, "closed"],
      ]),
    ]);
    const shared = [asset("80"), { ...asset("22,80"), subject: { kind: "asset" as const, name: "all of it" } }];
    const query = { from: START + 1, to: START + 6, vantage, assetsFrom: shared, assetsTo: shared };
    const diff = await diffAt(store.db, query);
    expect(diff.changes.map(({ endpoint }) => endpoint.port)).toEqual([22, 80]);
    expect(diff.compared).toBe(2);
  });

  test("many endpoints, of two ranges of addresses with others between them", async () => {
    const vantage = freshVantage();
    const ports = Array.from({ length: 2_100 }, (_, index) => index + 1);
    await sweep(vantage, [
      observed(START, START + 1, [
        ...ports.map((port): Cell => ["10.0.0.1", port, "open"]),
        ["10.0.0.5", 80, "open"],
        ["10.0.0.9", 80, "open"],
        ["10.0.0.9", 81, "closed"],
      ]),
    ]);
    const addresses = addressSet(["10.0.0.1", "10.0.0.9"].map((each) => ({ first: each, last: each })));
    const held = await openEndpoints(store.db, { vantage, addresses });
    expect(held.length).toBe(2_101);
    expect(held.at(-1)).toEqual({ address: "10.0.0.9", transport: "tcp", port: 80 });
    expect(await heldOpenAt(store.db, { vantage, addresses, at: START + 365 * 24 * 60 * MINUTE })).toEqual(held);
    expect(await heldOpenAt(store.db, { vantage, addresses, at: START - 1 })).toEqual([]);
    const services = await heldServices(store.db, { vantage, addresses });
    expect(services.size).toBe(0);
  });

  test("the same states of few sets and of many, of one address and of a network", async () => {
    const vantage = freshVantage();
    for (let turn = 0; turn < 25; turn += 1) {
      const at = START + turn * MINUTE;
      await sweep(vantage, [
        observed(at, at + 1, [
          ["10.0.0.1", 1_000 + turn, "closed"],
          ["10.0.3.1", 2_000 + turn, "closed"],
        ]),
      ]);
    }
    const until = START + 24 * MINUTE + 1;
    const stateOf = async (last: string, staleness: number): Promise<unknown[]> => {
      const addresses = addressSet([{ first: "10.0.0.1", last }]);
      const view = await currentStates(store.db, { vantage, addresses, at: until, staleness });
      const on = (address: string, port: number): Endpoint => ({ address, transport: "tcp", port });
      return [on("10.0.0.1", 1_024), on("10.0.0.1", 1_000), on("10.0.3.1", 2_024)].map(view.stateOf);
    };
    const [network, host] = ["10.0.3.255", "10.0.0.1"];
    expect(await stateOf(host, MINUTE / 2)).toEqual(["closed", "unknown", "unknown"]);
    expect(await stateOf(network, MINUTE / 2)).toEqual(["closed", "unknown", "closed"]);
    expect(await stateOf(host, 30 * MINUTE)).toEqual(["closed", "closed", "unknown"]);
    expect(await stateOf(network, 30 * MINUTE)).toEqual(["closed", "closed", "closed"]);
  });

  test("endpoints held open, and current states with and without staleness", async () => {
    const vantage = freshVantage();
    await sweep(vantage, [
      observed(START, START + 1, [
        ["10.0.0.1", 80, "open"],
        ["10.0.0.1", 81, "closed"],
        ["10.0.0.3", 80, "open"],
      ]),
    ]);
    const { addresses } = asset("-");
    const on = (port: number): Endpoint => ({ address: "10.0.0.1", transport: "tcp", port });
    expect(await openEndpoints(store.db, { vantage, addresses })).toEqual([on(80)]);
    const year = START + 365 * 24 * 60 * MINUTE;
    const held = await currentStates(store.db, { vantage, addresses, at: year });
    expect([80, 81, 82].map((port) => held.stateOf(on(port)))).toEqual(["open", "unknown", "unknown"]);
    expect(held.lastLookedAt(on(80))).toBe(START + 1);
    const fresh = await currentStates(store.db, { vantage, addresses, at: START + 2, staleness: MINUTE });
    expect([80, 81, 82].map((port) => fresh.stateOf(on(port)))).toEqual(["open", "closed", "unknown"]);
    const stale = await currentStates(store.db, { vantage, addresses, at: year, staleness: MINUTE });
    expect(stale.stateOf(on(80))).toBe("unknown");
    expect(stale.open).toEqual([]);
  });
});
