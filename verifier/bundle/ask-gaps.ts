import { overlap, type AddressRange } from "../addresses.ts";
import type { DeclaredAsset } from "./documents.ts";
import type { RecordedGap } from "./facts.ts";
import type { HostLeaf } from "../host-leaf.ts";
import { merged, without, type Ports } from "../ports.ts";
import { addressesThen, stalenessFrom, type ScopeThen } from "./scope-then.ts";
import { duration, utc } from "./text.ts";
import type { BundleRecord } from "./verify.ts";
import { gapsIn, windowsOf, type Window } from "./windows.ts";

/** When an asset was not wholly known: some required port of some address was scanned too long before, or never. */
export interface AssetGaps {
  readonly asset: string;
  readonly vantage: string;
  /** Milliseconds in which the asset was in scope, and in which it was not wholly known. */
  readonly time: number;
  readonly missed: number;
  readonly gaps: readonly (Window & { readonly why: readonly RecordedGap[] })[];
}

/**
 * "How long did you not look, and why?": for each declared asset, over the time in which it was in scope, as
 * `portolan gaps` computes it. Looks as a whole count, as in a sweep; the beginning of a state between two does not.
 */
export function askGaps(
  record: BundleRecord,
  question: {
    readonly from?: number | undefined;
    readonly to?: number | undefined;
    readonly asset?: string | undefined;
  } = {},
): AssetGaps[] {
  const { facts, documents, period } = record;
  const [from, to] = [
    Math.max(question.from ?? period.from, period.from),
    Math.min(question.to ?? period.to, period.to),
  ];
  const found = new Map<string, { vantage: string; time: number; missed: number; gaps: Window[] }>();
  const versions = facts.scopes.filter(({ version }) => documents.scopes.has(version)).sort((a, b) => a.at - b.at);
  for (const [index, recorded] of versions.entries()) {
    // Before the first scope nobody looked either: that time counts as the first scope's.
    const begin = index === 0 ? from : Math.max(from, recorded.at);
    const end = Math.min(to, versions[index + 1]?.at ?? to);
    const document = documents.scopes.get(recorded.version);
    if (begin >= end || document === undefined) continue;
    const scope: ScopeThen = { recorded, document };
    for (const asset of document.assets) {
      if (question.asset !== undefined && asset.name !== question.asset) continue;
      const gaps = gapsOf(record, scope, asset, { from: begin, to: end });
      const known = found.get(asset.name) ?? { vantage: document.vantage, time: 0, missed: 0, gaps: [] };
      known.time += end - begin;
      for (const gap of gaps) {
        known.missed += gap.to - gap.from;
        const last = known.gaps.at(-1);
        if (last?.to === gap.from) known.gaps[known.gaps.length - 1] = { from: last.from, to: gap.to };
        else known.gaps.push(gap);
      }
      found.set(asset.name, known);
    }
  }
  return [...found].map(([asset, { gaps, ...known }]) => ({
    asset,
    ...known,
    gaps: gaps.map((gap) => ({ ...gap, why: causesOf(record, gap) })),
  }));
}

function gapsOf(record: BundleRecord, scope: ScopeThen, asset: DeclaredAsset, period: Window): Window[] {
  const vantage = scope.document?.vantage ?? "";
  const { ranges } = addressesThen(record, asset, period.to - 1);
  const required = asset.systemType.ports;
  if (ranges.length === 0 || required.tcp.length + required.udp.length === 0) return [period];
  const looks = record.facts.looks.get(vantage) ?? [];
  const staleness = stalenessFrom(scope, asset, vantage);
  const relevant = looks.filter(({ to }) => to + staleness >= period.from && to < period.to);
  const sights = new Map<string, readonly HostLeaf[]>();
  const named = new Map<string, string | undefined>();
  // Most sets show the same of an asset: they are one sight.
  const sightOf = (states: string): string | undefined => {
    if (named.has(states)) return named.get(states);
    const set = record.states.find(states);
    const hosts = set === undefined ? [] : record.states.leavesIn(set, ranges);
    const sight = hosts.length === 0 ? undefined : hosts.map((host) => host.number).join("+");
    named.set(states, sight);
    if (sight !== undefined) sights.set(sight, hosts);
    return sight;
  };
  return gapsIn(period, windowsOf(relevant, staleness, sightOf), (active) =>
    isMissing(
      ranges,
      required,
      active.flatMap((sight) => sights.get(sight) ?? []),
    ),
  );
}

/** Whether some required port of some address is in none of the leaves. */
function isMissing(ranges: readonly AddressRange[], required: Ports, hosts: readonly HostLeaf[]): boolean {
  return ranges.some((range) => {
    const here = hosts.flatMap((host) => {
      const part = overlap(range, host.range);
      return part === undefined ? [] : [{ ...part, lines: host.lines }];
    });
    // Between two neighbouring edges the same leaves hold, so one address stands for all.
    const edges = [range.first, ...here.flatMap(({ first, last }) => [first, last + 1n])].filter(
      (edge) => edge <= range.last,
    );
    return [...new Set(edges)].some((address) => {
      const lines = here.filter(({ first, last }) => first <= address && address <= last).flatMap((host) => host.lines);
      return (["tcp", "udp"] as const).some((transport) => {
        const seen = merged(lines.flatMap((line) => (line.transport === transport ? line.ports : [])));
        return without(required[transport], seen).length > 0;
      });
    });
  });
}

function causesOf({ facts }: BundleRecord, gap: Window): RecordedGap[] {
  const first = facts.scopes[0];
  const recorded = facts.gaps.filter((each) => each.from < gap.to && gap.from < each.to);
  if (first === undefined || first.version !== 1 || gap.from >= first.at) return recorded;
  const { at: to, entry } = first;
  return [{ from: gap.from, to, cause: "", detail: "no scope had been recorded", entry }, ...recorded];
}

/** One line for each gap, and the share of the time. */
export function gapLines({ vantage, time, missed, gaps }: AssetGaps): string[] {
  const share = time === 0 ? 0 : (missed / time) * 100;
  const shareText = missed > 0 && share < 0.01 ? "less than 0.01" : share.toFixed(2).replace(/\.?0+$/, "");
  return [
    `not wholly known for ${duration(missed)} of ${duration(time)} (${shareText} %), seen from ${vantage}`,
    ...gaps.map(({ from, to, why }) => {
      const causes = why.map(({ detail, cause, entry }) => `${detail || cause} (entry ${entry})`);
      return `${utc(from)} to ${utc(to)}, ${duration(to - from)}: ${causes.length === 0 ? "no cause is recorded" : causes.join("; ")}`;
    }),
  ];
}
