import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import {
  answersLikeTheReference,
  type Arrival,
  type HistoryUnderTest,
} from "../../../../test/fixtures/history-properties.ts";
import type { ReferenceAsset } from "../../../../test/fixtures/history-reference.ts";
import { saidOf, SOURCES } from "../../../../test/fixtures/watch-reference.ts";
import { MINUTE, START, sweepsInto, unsigned, type Cell } from "../../../../test/fixtures/stored-sweeps.ts";
import { addressSet, portSet } from "../../../scope/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { AssetView } from "../assets.ts";
import { createCoverageBuilder, type ObservedState } from "../coverage.ts";
import { diffAt, openEndpoints, viewAt } from "./as-of-store.ts";
import { gapsIn } from "./gap-store.ts";
import { takeIn } from "./intake.ts";
import { beginSource } from "./watch-store.ts";
import { watchedAt } from "./watched-at.ts";
import { recording } from "../../../../test/recording.ts";

eachDatabase("history", (open, kind) => {
  let store: Store;
  let { freshVantage, sweepId, observed, sweep, asset, stateAt } = {} as ReturnType<typeof sweepsInto>;
  beforeAll(async () => {
    store = await open();
    ({ freshVantage, sweepId, observed, sweep, asset, stateAt } = sweepsInto(store));
  });
  afterAll(async () => {
    await store.close();
  });

  test("answers like a model that keeps every observation", async () => {
    await answersLikeTheReference((arrivals) => storedHistory(arrivals), { numRuns: kind === "embedded" ? 5 : 15 });
  }, 240_000);

  /** Each example has its own vantage points, so thousands of them can share one database. */
  async function storedHistory(arrivals: readonly Arrival[]): Promise<HistoryUnderTest> {
    const names = new Map(["inside", "outside"].map((name) => [name, freshVantage()]));
    const named = (name: string): string => names.get(name)!;
    // Sources and sweeps share vantage points: neither may appear in queries about the other.
    const sources = new Map<string, number>();
    for (const source of SOURCES) {
      sources.set(source, await recording(store, (tx) => beginSource(tx, "sensor", named("inside"))));
    }
    let ignored = 0;
    for (const arrival of arrivals) {
      if (arrival.kind === "report") {
        const { source, said, until } = arrival.report;
        const id = sources.get(source)!;
        await recording(store, (tx) =>
          takeIn(unsigned(tx), { source: { kind: "sensor", id }, said: said.map(saidOf), until, recordedAt: START }),
        );
        continue;
      }
      const { run } = arrival;
      const builder = createCoverageBuilder();
      const times = new Map<string, number>();
      for (const [key, { endpoint, state, exact }] of run.seen) {
        builder.add(endpoint.address, endpoint.transport, endpoint.port, state);
        if (exact !== undefined) times.set(key, exact);
      }
      const { probedFrom, probedTo, trusted, kind: as } = run;
      const coverage = builder.build();
      const runs = [{ run: 0, probedFrom, probedTo, coverage, times }];
      const folded = await sweep(named(run.vantage), runs, trusted, as);
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
      watchedAt: async ({ source, at, limit }) => {
        const id = sources.get(source)!;
        const watched = (await watchedAt<string>(store.db, new Map([[id, limit]]), at)).get(id)!;
        const values = watched.values.map(({ value, since }) => ({ value, since }));
        return { isKnown: watched.isKnown, lastSeenAt: watched.lastSeenAt, values };
      },
      gapsOf: async (source) => {
        const rows = await store.db
          .selectFrom("gap")
          .select(["cause", "gap_from", "gap_to"])
          .where("source_id", "=", sources.get(source)!)
          .orderBy("id")
          .execute();
        return rows.map((row) => ({ cause: row.cause, from: row.gap_from.getTime(), to: row.gap_to.getTime() }));
      },
    };
  }

  describe("what a sweep changes", () => {
    test("a sweep without changes writes its coverage row and nothing else", async () => {
      const vantage = freshVantage();
      const rowCounts = async () => {
        const count = async (table: "coverage_set" | "host_state" | "endpoint" | "endpoint_interval" | "coverage") =>
          (
            await store.db
              .selectFrom(table)
              .select((eb) => eb.fn.countAll<number>().as("n"))
              .executeTakeFirstOrThrow()
          ).n;
        return [
          await count("coverage_set"),
          await count("host_state"),
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
      expect(result).toMatchObject({ opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: 0, changes: 0 });
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

    test("a partial sweep covers only what it probed; resumed, it has two runs", async () => {
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

    test("an observation older than the record's is ignored and counted", async () => {
      const vantage = freshVantage();
      await sweep(vantage, [observed(START + 50, START + 60, [["10.0.0.1", 80, "open", START + 55]])]);
      const late = await sweep(vantage, [observed(START, START + 10, [["10.0.0.1", 80, "closed"]])]);
      expect(late).toMatchObject({ opened: 0, closed: 0, changed: 0, ignoredOutOfOrder: 1 });
      const same = await sweep(vantage, [observed(START + 55, START + 55, [["10.0.0.1", 80, "closed", START + 55]])]);
      expect(same.ignoredOutOfOrder).toBe(1);
      expect(await stateAt(vantage, START + 60, 80)).toBe("open");
    });

    test("a slow sweep does not close a port that a quick one saw open meanwhile", async () => {
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

    test("two vantage points are independent", async () => {
      const [inside, outside] = [freshVantage(), freshVantage()];
      await sweep(inside, [observed(START, START + 1, [["10.0.0.1", 80, "open"]])]);
      await sweep(outside, [observed(START, START + 1, [["10.0.0.1", 80, "filtered"]])]);
      expect(await stateAt(inside, START + 1, 80)).toBe("open");
      expect(await stateAt(outside, START + 1, 80)).toBe("filtered");
    });

    // More than the parameters that a statement may have.
    const [ports, open] = [65_535, 10_000];
    test(`${ports} ports of a host, ${open} of them open, written and read back`, async () => {
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

    test("rows of a fold vanish with the transaction", async () => {
      const vantage = freshVantage();
      const id = await sweepId();
      await expect(
        recording(store, async (tx) => {
          await takeIn(unsigned(tx), {
            source: { kind: "sweep", sweepId: id },
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
});

function view({ name, addresses, ports, staleness }: ReferenceAsset): AssetView {
  const spans = (transport: string): [number, number][] =>
    ports.filter((one) => one.transport === transport).map(({ port }) => [port, port]);
  return {
    subject: { kind: "asset", name },
    addresses: addressSet(addresses.map((address) => ({ first: address, last: address }))),
    ports: portSet({ tcp: spans("tcp"), udp: spans("udp") }),
    staleness,
  };
}
