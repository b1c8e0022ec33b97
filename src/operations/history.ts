import type { AtResult, DiffResult, IdentifiedView, Operations } from "../contract/index.ts";
import { diffAt, servicesAt, sumOfHosts, viewAt, type ViewSubject } from "../record/history/index.ts";
import {
  endpointKey,
  formatDuration,
  formatInstant,
  STATES_AT,
  type Clock,
  type Endpoint,
  type Instant,
  type StateAt,
} from "../model/index.ts";
import { unionOf } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { boundPart } from "./bound-since.ts";
import { endpointHistory } from "./endpoint-history.ts";
import { gapsOf } from "./gaps.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { prunedPart, prunedText } from "./pruned-part.ts";
import { readThen, refuseFuture } from "./scope-then.ts";
import { identifiedView, labelled, withPortsHeldOpen } from "./views.ts";

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
  const labels = { ...(await boundPart(db, query.at)), ...(await prunedPart(db, query.at)) };
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
    ...labels,
    ...(then.version === undefined ? {} : { scopeVersion: then.version.version }),
    ...(then.importedUnder.length === 0 ? {} : { importedUnder: [...then.importedUnder] }),
    assets: shown.map((asset) => {
      const note = noteOn(asset, labels.pruned);
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

function noteOn(asset: Awaited<ReturnType<typeof viewAt>>[number], pruned: AtResult["pruned"]): string | undefined {
  if (asset.addresses.length === 0) return "no address was known for it then";
  if (pruned !== undefined && asset.answer !== "known") return prunedText(pruned);
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
    ...(await prunedPart(db, query.from)),
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

/** The state at an instant, the changes between two, and the times in which nobody looked. */
export function createHistory({ store: { db }, clock }: Pick<OperationDeps, "store" | "clock">): Operations["history"] {
  return {
    at: (query) => at(db, clock, query),
    diff: (query) => diff(db, clock, query),
    gaps: (query) => gapsOf(db, clock, query),
    endpoint: (query) => endpointHistory(db, clock, query),
  };
}
