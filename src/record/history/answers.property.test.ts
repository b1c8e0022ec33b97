// @module-tag long
import fc from "fast-check";
import { expect, test } from "vitest";
import { endpointKey, type Instant, type Period } from "../../model/index.ts";
import { addressSet, portSet } from "../../scope/index.ts";
import {
  answersLikeTheReference,
  type Arrival,
  type HistoryUnderTest,
} from "../../../test/fixtures/history-properties.ts";
import {
  createReference,
  type ReferenceAsset,
  runsInOrder,
  UNIVERSE,
} from "../../../test/fixtures/history-reference.ts";
import { type ReferenceReport, saidOf } from "../../../test/fixtures/watch-reference.ts";
import { addressKey, compareKeys } from "./address-key.ts";
import { assetGaps, assetsAt, assetsDifference, type AssetView, type Knowledge } from "./assets.ts";
import { domainOf, pieceOf } from "./blocks.ts";
import { type CoverageBlock, coverageBlocks, createCoverageBuilder, openIn } from "./coverage.ts";
import { remainingGaps, uncovered } from "./gaps.ts";
import { type Covered, sightAt } from "./known.ts";
import { foldWatch, type Watch } from "./watch-fold.ts";
import {
  candidatesOf,
  compareLooks,
  type CurrentInterval,
  type Look,
  type StateTransition,
  transitionsOf,
} from "./endpoint-fold.ts";

interface FoldedRun extends Look {
  readonly vantage: string;
  readonly blocks: CoverageBlock[];
  readonly extent: string;
}

/** The pure core with arrays instead of a database. */
function memoryHistory(arrivals: readonly Arrival[]): HistoryUnderTest {
  const runs = arrivals.flatMap((arrival) => (arrival.kind === "run" ? arrival.run : []));
  const watches = memoryWatches(arrivals.flatMap((arrival) => (arrival.kind === "report" ? arrival.report : [])));
  const folded: FoldedRun[] = [];
  const transitions = new Map<string, Map<string, StateTransition[]>>();
  let ignored = 0;

  for (const run of runs.filter((one) => one.trusted)) {
    const builder = createCoverageBuilder();
    for (const { endpoint, state } of run.seen.values())
      builder.add(endpoint.address, endpoint.transport, endpoint.port, state);
    const { ranges, extent } = builder.build();
    const blocks = coverageBlocks(ranges);
    const look: FoldedRun = {
      sweepId: run.sweep,
      run: 0,
      probedFrom: run.probedFrom,
      probedTo: run.probedTo,
      vantage: run.vantage,
      blocks,
      extent,
      stateOf: (endpoint) => pieceOf(blocks, endpoint)?.state,
    };
    const list = transitions.get(run.vantage) ?? new Map<string, StateTransition[]>();
    transitions.set(run.vantage, list);
    const current = new Map(
      [...list].map(([key, marks]): [string, CurrentInterval] => {
        const last = marks.at(-1)!;
        return [key, { endpoint: last.endpoint, state: last.state, since: last.at }];
      }),
    );
    const times = new Map([...run.seen].flatMap(([key, { exact }]) => (exact === undefined ? [] : [[key, exact]])));
    const found = candidatesOf(look, current, openIn(blocks), times);
    ignored += found.ignored;
    const others = folded.filter((other) => other.vantage === run.vantage).sort(compareLooks);
    for (const candidate of found.candidates) {
      const fresh = transitionsOf(candidate, run.sweep, others);
      if (fresh.length === 0) ignored++;
      const key = endpointKey(candidate.endpoint);
      list.set(key, [...(list.get(key) ?? []), ...fresh]);
    }
    folded.push(look);
  }

  function knowledge(vantage: string, at: Instant): Knowledge {
    const layers = folded
      .filter((run) => run.vantage === vantage && run.probedTo <= at)
      .sort((a, b) => compareLooks(b, a));
    const hosts = new Map<string, { tcp: TrackedPort[]; udp: TrackedPort[] }>();
    for (const marks of transitions.get(vantage)?.values() ?? []) {
      const mark = marks.filter((one) => one.at <= at).at(-1);
      if (mark === undefined) continue;
      const host = hosts.get(mark.endpoint.address) ?? { tcp: [], udp: [] };
      host[mark.endpoint.transport].push({ port: mark.endpoint.port, state: mark.state, since: mark.at });
      hosts.set(mark.endpoint.address, host);
    }
    const byPort = (a: TrackedPort, b: TrackedPort): number => a.port - b.port;
    return {
      at,
      layers: layers.map((run) => ({ lookedAt: run.probedTo, blocks: run.blocks })),
      tracked: [...hosts]
        .map(([address, host]) => ({
          key: addressKey(address),
          tcp: host.tcp.sort(byPort),
          udp: host.udp.sort(byPort),
        }))
        .sort((a, b) => compareKeys(a.key, b.key)),
    };
  }

  return {
    ...watches,
    ignored,
    viewAt: async ({ at, vantage, assets }) => assetsAt(knowledge(vantage, at), assets.map(assetView)),
    diffAt: async ({ from, to, vantage, assets }) =>
      assetsDifference(
        { knowledge: knowledge(vantage, from), assets: assets.map(assetView) },
        { knowledge: knowledge(vantage, to), assets: assets.map(assetView) },
      ),
    gapsIn: async ({ from, to, vantage, assets }) => {
      const mine = folded.filter((run) => run.vantage === vantage);
      const beginnings = [...(transitions.get(vantage)?.values() ?? [])].flat();
      return assets.map(assetView).map(({ subject, addresses, ports, staleness }) => {
        const windows = mine.map((run) => ({
          extent: run.extent,
          from: run.probedTo,
          through: run.probedTo + staleness,
        }));
        const extents = mine.map((run) => ({ id: run.extent, blocks: run.blocks }));
        const stretches = uncovered({ from, to }, domainOf(addresses, ports), extents, windows);
        return assetGaps(subject, { from, to }, remainingGaps(stretches, beginnings, staleness), []);
      });
    },
  };
}

function memoryWatches(reports: readonly ReferenceReport[]): Pick<HistoryUnderTest, "watchedAt" | "gapsOf"> {
  const watches = new Map<string, Watch<string>>();
  const stretches = new Map<string, Covered[]>();
  const gaps = new Map<string, (Period & { cause: string })[]>();
  const ended = new Map<string, { value: string; since: Instant; to: Instant }[]>();
  const add = <T>(lists: Map<string, T[]>, source: string, more: readonly T[]): void => {
    lists.set(source, [...(lists.get(source) ?? []), ...more]);
  };
  for (const { source, said, until } of reports) {
    const before = watches.get(source) ?? { covered: undefined, lastCovered: undefined, held: new Map() };
    const folded = foldWatch(before, said.map(saidOf), until);
    watches.set(source, folded.watch);
    add(
      gaps,
      source,
      folded.gaps.map(({ cause, from, to }) => ({ cause, from, to })),
    );
    add(
      stretches,
      source,
      folded.coverage.map((stretch): Covered => ({ how: "watched", ...stretch, goesOn: false })),
    );
    add(
      ended,
      source,
      [...folded.ended.map(({ key, to }) => ({ ...before.held.get(key)!, to })), ...folded.began].flatMap(
        ({ value, since, to }) => (to === undefined ? [] : { value, since, to }),
      ),
    );
  }
  return {
    gapsOf: async (source) => gaps.get(source) ?? [],
    watchedAt: async ({ source, at, limit }) => {
      const { covered, held } = watches.get(source) ?? {};
      const current: Covered[] = covered === undefined ? [] : [{ how: "watched", ...covered, goesOn: true }];
      const sight = sightAt([...(stretches.get(source) ?? []), ...current], limit, at);
      const values = [...(ended.get(source) ?? []).filter(({ to }) => at < to), ...(held?.values() ?? [])].flatMap(
        ({ value, since }) => (since <= at && sight.isKnown ? { value, since } : []),
      );
      return { ...sight, values: values.sort((a, b) => (a.value < b.value ? -1 : 1)) };
    },
  };
}

type TrackedPort = Knowledge["tracked"][number]["tcp"][number];

function assetView({ name, addresses, ports, staleness }: ReferenceAsset): AssetView {
  const spans = (transport: string) =>
    ports.filter((one) => one.transport === transport).map(({ port }): [number, number] => [port, port]);
  return {
    subject: { kind: "asset", name },
    addresses: addressSet(addresses.map((address) => ({ first: address, last: address }))),
    ports: portSet({ tcp: spans("tcp"), udp: spans("udp") }),
    staleness,
  };
}

test("state, difference and gaps match a model that keeps every observation", async () => {
  await answersLikeTheReference(async (arrivals) => memoryHistory(arrivals), { numRuns: 400 });
}, 120_000);

test("when sweeps follow one another, the last observation before an instant is right", () => {
  fc.assert(
    fc.property(runsInOrder("inside"), (runs) => {
      const reference = createReference();
      for (const run of runs) reference.fold(run);
      const end = Math.max(0, ...runs.map((run) => run.probedTo)) + 2;
      for (let at = 0; at <= end; at++) {
        for (const endpoint of UNIVERSE) {
          const key = endpointKey(endpoint);
          expect(reference.stateAt("inside", key, at, Infinity).state).toBe(reference.lastSeen("inside", key, at));
        }
      }
      expect(reference.ignored()).toBe(0);
    }),
  );
});
