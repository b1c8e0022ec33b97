import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eachDatabase } from "../../../test/databases.ts";
import { answersLikeTheReference, type HistoryUnderTest } from "../../../test/fixtures/history-properties.ts";
import type { ReferenceAsset, ReferenceRun } from "../../../test/fixtures/history-reference.ts";
import { type Endpoint, endpointKey } from "../../model/index.ts";
import { addressSet, parsePorts, portSet } from "../../scope/index.ts";
import type { Store } from "../../storage/index.ts";
import type { AssetView } from "../assets.ts";
import { createCoverageBuilder, type ObservedState } from "../coverage.ts";
import { currentStates, diffAt, viewAt } from "./as-of-store.ts";
import { gapsIn, monitoringGaps, recordMonitoringGap } from "./gap-store.ts";
import { fold, openEndpoints, type ObservedRun } from "./history-store.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 14, 9);

eachDatabase("history", (open, kind) => {
  let store: Store;
  let vantages = 0;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(async () => {
    await store.close();
  });

  /** A vantage point that nothing was seen from: the tests share a database and not a history. */
  const freshVantage = (): string => `vantage-${++vantages}`;

  async function sweepId(): Promise<number> {
    await store.db
      .insertInto("scope_version")
      .values({ version: 1, digest: "d", document: "", scope: "{}", recorded_at: new Date(START), recorded_by: "test" })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await store.db
      .insertInto("vantage_point")
      .values({ name: "any" })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { id } = await store.db
      .insertInto("sweep")
      .values((eb) => ({
        kind: "full",
        targets: "[]",
        vantage_id: eb.selectFrom("vantage_point").select("id").where("name", "=", "any"),
        engine: "connect",
        parameters: "{}",
        plan: "{}",
        seed: "00",
        plan_digest: "p",
        planned: 0,
        scope_version: 1,
        requested_by: "test",
        started_at: new Date(START),
      }))
      .returning("id")
      .executeTakeFirstOrThrow();
    return id;
  }

  type Cell = readonly [address: string, port: number, state: ObservedState, exact?: number];

  function observed(probedFrom: number, probedTo: number, cells: readonly Cell[], run = 0): ObservedRun {
    const builder = createCoverageBuilder();
    const times = new Map<string, number>();
    for (const [address, port, state, exact] of cells) {
      builder.add(address, "tcp", port, state);
      if (exact !== undefined) times.set(endpointKey({ address, transport: "tcp", port }), exact);
    }
    return { run, probedFrom, probedTo, coverage: builder.build(), times };
  }

  async function sweep(vantage: string, runs: readonly ObservedRun[], trusted = true) {
    const id = await sweepId();
    return store.transaction((tx) => fold(tx, { sweepId: id, vantage, trusted, runs }));
  }

  const asset = (ports: string, staleness = 10 * MINUTE, addresses = ["10.0.0.1"]): AssetView => ({
    name: "web-1",
    addresses: addressSet(addresses.map((address) => ({ first: address, last: address }))),
    ports: parsePorts(ports),
    staleness,
  });

  async function stateAt(vantage: string, at: number, port: number): Promise<string> {
    const [view] = await viewAt(store.db, { at, vantage, assets: [asset(String(port))] });
    return Object.entries(view!.counts).find(([, count]) => count > 0)![0];
  }

  test("answers like a model that keeps every observation", async () => {
    await answersLikeTheReference((runs) => storedHistory(runs), { numRuns: kind === "embedded" ? 5 : 15 });
  }, 240_000);

  /** Each example has vantage points of its own, so that thousands of them can share one database. */
  async function storedHistory(runs: readonly ReferenceRun[]): Promise<HistoryUnderTest> {
    const names = new Map(["inside", "outside"].map((name) => [name, freshVantage()]));
    const named = (name: string): string => names.get(name)!;
    let ignored = 0;
    for (const run of runs) {
      const builder = createCoverageBuilder();
      const times = new Map<string, number>();
      for (const [key, { endpoint, state, exact }] of run.seen) {
        builder.add(endpoint.address, endpoint.transport, endpoint.port, state);
        if (exact !== undefined) times.set(key, exact);
      }
      const { probedFrom, probedTo, trusted } = run;
      const folded = await sweep(
        named(run.vantage),
        [{ run: 0, probedFrom, probedTo, coverage: builder.build(), times }],
        trusted,
      );
      ignored += folded.ignoredOutOfOrder;
    }
    return {
      ignored,
      viewAt: ({ at, vantage, assets }) => viewAt(store.db, { at, vantage: named(vantage), assets: assets.map(view) }),
      diffAt: ({ from, to, vantage, assets }) =>
        diffAt(store.db, {
          from,
          to,
          vantage: named(vantage),
          assetsFrom: assets.map(view),
          assetsTo: assets.map(view),
        }),
      gapsIn: ({ from, to, vantage, assets }) =>
        gapsIn(store.db, { from, to, vantage: named(vantage), assets: assets.map(view) }),
    };
  }

  describe("at an instant", () => {
    test("before the first sweep, and from a vantage point nobody has, everything is unknown", async () => {
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

    test("known from the end of a look until the staleness is over, both included", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START, START + MINUTE, [["10.0.0.1", 80, "closed"]])]);
      const end = START + MINUTE;
      expect(await stateAt(vantage, end - 1, 80)).toBe("unknown");
      expect(await stateAt(vantage, end, 80)).toBe("closed");
      expect(await stateAt(vantage, end + 10 * MINUTE, 80)).toBe("closed");
      expect(await stateAt(vantage, end + 10 * MINUTE + 1, 80)).toBe("unknown");
    });

    test("open from the moment it was seen, though the sweep went on", async () => {
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
      expect(results).toEqual([
        { opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: 0 },
        { opened: 1, closed: 0, changed: 0, ignoredOutOfOrder: 0 },
        { opened: 0, closed: 1, changed: 0, ignoredOutOfOrder: 0 },
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
      expect(silent).toMatchObject({ answer: "known", silent: true, open: [] });
    });
  });

  describe("what a sweep changes", () => {
    test("nothing seen anew writes its coverage row and nothing else", async () => {
      const vantage = freshVantage();
      const rowCounts = async () => {
        const count = async (
          table: "coverage_set" | "coverage_range" | "endpoint" | "endpoint_interval" | "coverage",
        ) =>
          (
            await store.db
              .selectFrom(table)
              .select((eb) => eb.fn.countAll<number>().as("n"))
              .executeTakeFirstOrThrow()
          ).n;
        return [
          await count("coverage_set"),
          await count("coverage_range"),
          await count("endpoint"),
          await count("endpoint_interval"),
          await count("coverage"),
        ];
      };
      const cells: Cell[] = [
        ["10.0.0.1", 80, "open"],
        ["10.0.0.1", 81, "closed"],
      ];
      await sweep(vantage, [observed(START, START + 1, cells)]);
      const before = await rowCounts();
      const result = await sweep(vantage, [observed(START + 2, START + 3, cells)]);
      expect(result).toEqual({ opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: 0 });
      expect(await rowCounts()).toEqual(before.map((rows, index) => (index === 4 ? rows + 1 : rows)));
    });

    test("an untrusted sweep leaves its coverage row and no answer", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START, START + 1, [["10.0.0.1", 80, "open"]])]);
      await sweep(
        vantage,
        [
          observed(START + 5, START + 6, [
            ["10.0.0.1", 80, "closed"],
            ["10.0.0.1", 81, "closed"],
          ]),
        ],
        false,
      );
      expect(await stateAt(vantage, START + 6, 80)).toBe("open");
      expect(await stateAt(vantage, START + 6, 81)).toBe("unknown");
      const { rows } = await store.executeSql(
        "SELECT trusted FROM coverage JOIN vantage_point v ON v.id = vantage_id WHERE v.name = $1 ORDER BY sweep_id",
        [vantage],
      );
      expect(rows).toEqual([{ trusted: true }, { trusted: false }]);
    });

    test("a partial sweep covers what it probed and no more; resumed, it has two runs", async () => {
      const vantage = freshVantage();
      const late = START + 30 * MINUTE;
      await sweep(vantage, [
        observed(START, START + MINUTE, [["10.0.0.1", 1, "closed"]], 0),
        observed(late, late + MINUTE, [["10.0.0.1", 2, "closed"]], 1),
      ]);
      const at = async (instant: number) =>
        (await viewAt(store.db, { at: instant, vantage, assets: [asset("1-3")] }))[0]!.unknownPorts.format();
      expect(await at(START + MINUTE)).toBe("2-3");
      expect(await at(late + MINUTE)).toBe("1,3");
    });

    test("an older look than the record's is ignored and counted", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START + 50, START + 60, [["10.0.0.1", 80, "open", START + 55]])]);
      const late = await sweep(vantage, [observed(START, START + 10, [["10.0.0.1", 80, "closed"]])]);
      expect(late).toEqual({ opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: 1 });
      const same = await sweep(vantage, [observed(START + 55, START + 55, [["10.0.0.1", 80, "closed", START + 55]])]);
      expect(same.ignoredOutOfOrder).toBe(1);
      expect(await stateAt(vantage, START + 60, 80)).toBe("open");
    });

    test("a slow sweep does not close what a quick one saw open meanwhile", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START - 10, START - 5, [["10.0.0.1", 80, "open"]])]);
      await sweep(vantage, [observed(START + 50, START + 51, [["10.0.0.1", 80, "open"]])]);
      const slow = await sweep(vantage, [observed(START, START + 100, [["10.0.0.1", 80, "closed"]])]);
      expect(slow).toMatchObject({ closed: 0, ignoredOutOfOrder: 1 });
      expect(await stateAt(vantage, START + 100, 80)).toBe("open");
    });

    test("a port seen open by a slow sweep, and closed since by a quick one, was open in between", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START + 50, START + 51, [["10.0.0.1", 80, "closed"]])]);
      await sweep(vantage, [observed(START, START + 100, [["10.0.0.1", 80, "open", START + 10]])]);
      expect(await stateAt(vantage, START + 10, 80)).toBe("open");
      expect(await stateAt(vantage, START + 50, 80)).toBe("open");
      expect(await stateAt(vantage, START + 51, 80)).toBe("closed");
      expect(await stateAt(vantage, START + 100, 80)).toBe("closed");
    });

    test("two vantage points do not know of each other", async () => {
      const [inside, outside] = [freshVantage(), freshVantage()];
      await sweep(inside, [observed(START, START + 1, [["10.0.0.1", 80, "open"]])]);
      await sweep(outside, [observed(START, START + 1, [["10.0.0.1", 80, "filtered"]])]);
      expect(await stateAt(inside, START + 1, 80)).toBe("open");
      expect(await stateAt(outside, START + 1, 80)).toBe("filtered");
    });

    // On PostgreSQL all ports, more than a statement may have parameters; the embedded one does the same more slowly.
    const [ports, open] = kind === "postgresql" ? [65_535, 10_000] : [12_000, 2_000];
    test(`${ports} ports of a host, ${open} of them open, there and back`, async () => {
      const vantage = freshVantage();
      const cells = (state: ObservedState): Cell[] =>
        Array.from({ length: ports }, (_, index) => [
          "10.9.0.1",
          index + 1,
          index % 6 === 0 && index < 6 * open ? state : "closed",
        ]);
      expect(await sweep(vantage, [observed(START, START + 1, cells("open"))])).toMatchObject({ opened: open });
      expect(await sweep(vantage, [observed(START + 2, START + 3, cells("filtered"))])).toMatchObject({
        closed: open,
      });
      expect(await sweep(vantage, [observed(START + 4, START + 5, cells("open"))])).toMatchObject({ opened: open });
      const counts = async (at: number) =>
        (await viewAt(store.db, { at, vantage, assets: [asset("-", MINUTE, ["10.9.0.1"])] }))[0]!.counts;
      expect(await counts(START + 1)).toMatchObject({ open, closed: ports - open, unknown: 65_535 - ports });
      expect(await counts(START + 3)).toMatchObject({ open: 0, filtered: open, closed: ports - open });
    }, 60_000);

    test("what a fold wrote vanishes with the transaction", async () => {
      const vantage = freshVantage();
      const id = await sweepId();
      await expect(
        store.transaction(async (tx) => {
          await fold(tx, {
            sweepId: id,
            vantage,
            trusted: true,
            runs: [observed(START, START + 1, [["10.0.0.1", 80, "open"]])],
          });
          throw new Error("power cut");
        }),
      ).rejects.toThrow("power cut");
      expect(await openEndpoints(store.db, { vantage, addresses: asset("80").addresses })).toEqual([]);
      expect(await stateAt(vantage, START + 1, 80)).toBe("unknown");
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
          asset: "web-1",
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
    const shared = [asset("80"), { ...asset("22,80"), name: "all of it" }];
    const query = { from: START + 1, to: START + 6, vantage, assetsFrom: shared, assetsTo: shared };
    const diff = await diffAt(store.db, query);
    expect(diff.changes.map(({ endpoint }) => endpoint.port)).toEqual([22, 80]);
    expect(diff.compared).toBe(2);
  });

  test("gaps of an asset that takes two sweeps to cover", async () => {
    const vantage = freshVantage();
    for (let minute = 0; minute < 60; minute += 2) {
      if (minute >= 20 && minute < 40) continue;
      const from = START + minute * MINUTE;
      await sweep(vantage, [observed(from, from, [["10.0.0.1", 80, "closed"]])]);
      await sweep(vantage, [observed(from + MINUTE, from + MINUTE, [["10.0.0.1", 443, "closed"]])]);
    }
    const [answer] = await gapsIn(store.db, {
      from: START + MINUTE,
      to: START + 60 * MINUTE,
      vantage,
      assets: [asset("80,443", 3 * MINUTE)],
    });
    // 80 was last seen in minute 18, and 443 is back in minute 41.
    expect(answer!.gaps).toEqual([{ from: START + 21 * MINUTE + 1, to: START + 41 * MINUTE }]);
    expect(answer!.covered).toBeCloseTo(1 - 20 / 59, 4);
  });

  test("monitoring gaps are kept, and found by any instant they share with the period", async () => {
    const gap = {
      cause: "suspended" as const,
      during: { from: START, to: START + 10 },
      detail: "the machine slept",
      recordedAt: START + 11,
    };
    await store.transaction((tx) => recordMonitoringGap(tx, gap));
    expect(await monitoringGaps(store.db, { from: START + 9, to: START + 20 })).toEqual([gap]);
    expect(await monitoringGaps(store.db, { from: START + 10, to: START + 20 })).toEqual([]);
    expect(await monitoringGaps(store.db, { from: START - 5, to: START })).toEqual([]);
  });

  test("an empty period is refused", async () => {
    await expect(gapsIn(store.db, { from: START, to: START, vantage: "any", assets: [] })).rejects.toMatchObject({
      code: "config-invalid",
    });
  });

  test("what is held open, and current states with and without staleness", async () => {
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

function view({ name, addresses, ports, staleness }: ReferenceAsset): AssetView {
  const spans = (transport: string): [number, number][] =>
    ports.filter((one) => one.transport === transport).map(({ port }) => [port, port]);
  return {
    name,
    addresses: addressSet(addresses.map((address) => ({ first: address, last: address }))),
    ports: portSet({ tcp: spans("tcp"), udp: spans("udp") }),
    staleness,
  };
}
