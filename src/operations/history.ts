import type { AtResult, DiffResult, GapsResult, IdentifiedView, Operations } from "../contract/index.ts";
import {
  diffAt,
  gapsIn,
  monitoringGaps,
  servicesAt,
  subjectKey,
  sumOfHosts,
  viewAt,
  type ViewSubject,
} from "../record/history/index.ts";
import {
  endpointKey,
  Fault,
  formatDuration,
  formatInstant,
  STATES_AT,
  type Clock,
  type Endpoint,
  type Instant,
  type Period,
  type StateAt,
} from "../model/index.ts";
import { unionOf } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { boundPart } from "./bound-since.ts";
import { endpointHistory } from "./endpoint-history.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { noSuchAsset, readThen, refuseFuture } from "./scope-then.ts";
import { viewsDuring } from "./views-during.ts";
import { identifiedView, labelled, named, withPortsHeldOpen } from "./views.ts";

type Asked<Name extends keyof Operations["history"]> = Parameters<Operations["history"][Name]>[0];

/** The state at an instant. */
export async function at(db: Db, clock: Clock, query: Asked<"at">): Promise<AtResult> {
  refuseFuture([query.at], clock.now());
  const { asKnownThen, knownBy } = knownAs(query);
  const then = await readThen(db, query.at, { ...query, asKnownThen });
  const { vantage } = then;
  const views = await withPortsHeldOpen(db, vantage, query.at, then.views, knownBy(query.at));
  const assets = await viewAt(db, { at: query.at, vantage, assets: views, knownBy: knownBy(query.at) });
  const everywhere = unionOf(views.map(({ addresses }) => addresses));
  const services = await servicesAt(db, { vantage, addresses: everywhere, at: query.at, knownBy: knownBy(query.at) });
  const identifiedOn = (endpoint: Endpoint): { identified?: IdentifiedView } => {
    const identity = services.get(endpointKey(endpoint))?.identity;
    return identity === undefined ? {} : { identified: identifiedView(identity) };
  };
  const isSilentPast = then.version === undefined && assets.every(({ answer }) => answer === "unknown");
  const shown = (isSilentPast ? [] : assets).filter(
    // The undeclared rest of a target deserves a line if something answered there, or if nobody looked.
    ({ subject, open, counts }) => subject.kind === "asset" || open.length + counts.closed + counts.unknown > 0,
  );
  return {
    schema: "portolan.at/1",
    at: formatInstant(query.at),
    ...(asKnownThen ? { known: "then" } : {}),
    vantage,
    ...(await boundPart(db, query.at)),
    ...(then.version === undefined ? {} : { scopeVersion: then.version.version }),
    ...(then.importedUnder.length === 0 ? {} : { importedUnder: [...then.importedUnder] }),
    assets: shown.map((asset) => {
      const note = noteOn(asset);
      return {
        ...labelled(asset.subject),
        addresses: asset.addresses,
        answer: asset.silent && asset.answer === "known" ? "silent" : asset.answer,
        ...(asset.lastLookedAt === undefined ? {} : { lastLookedAt: formatInstant(asset.lastLookedAt) }),
        ...(asset.oldestLookedAt === undefined ? {} : { oldestLookedAt: formatInstant(asset.oldestLookedAt) }),
        staleness: formatDuration(asset.staleness),
        open: asset.open.map(({ endpoint, since, lastLookedAt }) => ({
          ...endpoint,
          ...identifiedOn(endpoint),
          since: formatInstant(since),
          lastLookedAt: formatInstant(lastLookedAt),
        })),
        counts: asset.counts,
        hosts: asset.hosts,
        unknownPorts: asset.unknownPorts.format(),
        ...(note === undefined ? {} : { note }),
      };
    }),
    counts: totals(assets.map(({ counts }) => counts)),
    hosts: sumOfHosts(assets.map(({ hosts }) => hosts)),
  };
}

/** As known now, an answer includes what was recorded after its instant; as known then, it does not. */
function knownAs({ known }: { readonly known?: "then" | "now" | undefined }) {
  const asKnownThen = known === "then";
  return { asKnownThen, knownBy: (instant: Instant): Instant | undefined => (asKnownThen ? instant : undefined) };
}

/** Undeclared hosts have no asset to name. */
function ofDeclared(subject: ViewSubject | undefined): { asset?: string; declared?: true } {
  return subject?.kind === "asset" ? labelled(subject) : {};
}

function noteOn(asset: Awaited<ReturnType<typeof viewAt>>[number]): string | undefined {
  if (asset.addresses.length === 0) return "no address was known for it then";
  if (asset.answer === "unknown") return "nobody looked in time";
  if (asset.silent) return "it was looked at and nothing answered: whether it has open ports is not known";
  return asset.answer === "partly-known" ? "some of its ports were not looked at in time" : undefined;
}

function totals(all: readonly Record<StateAt, number>[]): Record<StateAt, number> {
  const sum = Object.fromEntries(STATES_AT.map((state) => [state, 0])) as Record<StateAt, number>;
  for (const counts of all) for (const state of STATES_AT) sum[state] += counts[state];
  return sum;
}

/** What changed between two instants, over what was known at both. */
async function diff(db: Db, clock: Clock, query: Asked<"diff">): Promise<DiffResult> {
  refuseFuture([query.from, query.to], clock.now());
  const { asKnownThen, knownBy } = knownAs(query);
  const from = await readThen(db, query.from, { ...query, asKnownThen });
  const to = await readThen(db, query.to, { ...query, asKnownThen });
  const vantage = to.vantage;
  const result = await diffAt(db, {
    from: query.from,
    to: query.to,
    vantage,
    assetsFrom: await withPortsHeldOpen(db, vantage, query.from, from.views, knownBy(query.from)),
    assetsTo: await withPortsHeldOpen(db, vantage, query.to, to.views, knownBy(query.to)),
    asKnownThen,
  });
  const declared = [...to.views, ...from.views].filter(({ subject }) => subject.kind === "asset");
  const ownerOf = (address: string): ViewSubject | undefined =>
    declared.find(({ addresses }) => addresses.has(address))?.subject;
  return {
    schema: "portolan.diff/1",
    from: formatInstant(query.from),
    to: formatInstant(query.to),
    ...(asKnownThen ? { known: "then" } : {}),
    vantage,
    ...(await boundPart(db, query.from)),
    changes: result.changes
      .map(({ endpoint, before, after }) => {
        return { ...ofDeclared(ownerOf(endpoint.address)), ...endpoint, before, after };
      })
      .sort((a, b) => endpointKey(a).localeCompare(endpointKey(b))),
    otherChanges: result.otherChanges.map(({ subject, ...change }) => ({
      ...ofDeclared(subject),
      ...change,
    })),
    compared: result.compared,
    notCompared: result.notCompared,
  };
}

/**
 * The times in which nobody looked, for everything that was in scope at some time of the period, each over its own
 * time. Time before the first scope counts as the first scope's: nobody looked then either.
 */
async function gaps(db: Db, clock: Clock, query: Asked<"gaps">): Promise<GapsResult> {
  refuseFuture([query.from, query.to], clock.now());
  if (query.to <= query.from) {
    throw new Fault("config-invalid", "The period ends before it begins.", {
      next: "Give a --from that is earlier than --to.",
    });
  }
  const { vantage, parts } = await viewsDuring(db, query, query.vantage);
  const inScope = new Map<string, { subject: ViewSubject; time: number; missed: number; gaps: Period[] }>();
  for (const { from, to, views } of parts) {
    for (const { subject, covered, gaps: holes } of await gapsIn(db, { from, to, vantage, assets: views })) {
      const known = inScope.get(subjectKey(subject)) ?? { subject, time: 0, missed: 0, gaps: [] };
      known.time += to - from;
      known.missed += (1 - covered) * (to - from);
      for (const hole of holes) {
        const last = known.gaps.at(-1);
        if (last?.to === hole.from) known.gaps[known.gaps.length - 1] = { from: last.from, to: hole.to };
        else known.gaps.push(hole);
      }
      inScope.set(subjectKey(subject), known);
    }
  }
  const all = [...inScope.values()];
  const asked = query.asset === undefined ? all : named(all, query.asset);
  if (query.asset !== undefined && asked.length === 0) throw noSuchAsset(query.asset, all);
  const causes = await monitoringGaps(db, { from: query.from, to: query.to });
  return {
    schema: "portolan.gaps/1",
    from: formatInstant(query.from),
    to: formatInstant(query.to),
    vantage,
    ...(await boundPart(db, query.from)),
    assets: asked.map(({ subject, time, missed, gaps: holes }) => ({
      ...labelled(subject),
      covered: Math.min(1, Math.max(0, 1 - missed / time)),
      gaps: holes.map((gap) => {
        const why = causes.filter(({ during }) => during.from < gap.to && gap.from < during.to);
        return {
          from: formatInstant(gap.from),
          to: formatInstant(gap.to),
          ...(why.length === 0 ? {} : { cause: [...new Set(why.map(({ detail }) => detail))].join("; ") }),
        };
      }),
    })),
  };
}

/** The state at an instant, the changes between two, and the times in which nobody looked. */
export function createHistory({ store: { db }, clock }: Pick<OperationDeps, "store" | "clock">): Operations["history"] {
  return {
    at: (query) => at(db, clock, query),
    diff: (query) => diff(db, clock, query),
    gaps: (query) => gaps(db, clock, query),
    endpoint: (query) => endpointHistory(db, clock, query),
  };
}
