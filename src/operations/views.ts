import type { FindingView, IdentifiedView, ListenerView, ListeningView, SweepSummary } from "../contract/index.ts";
import { episodesOf, exposureOf, nextStepOf, storedSubject } from "../judgement/findings/index.ts";
import { heldOpenAt, type AssetView, type ViewSubject } from "../record/history/index.ts";
import {
  formatInstant,
  SEVERITY,
  type Endpoint,
  type Episode,
  type Finding,
  type Instant,
  type Scope,
  type ServiceIdentity,
  type TlsFacts,
  type Transport,
} from "../model/index.ts";
import { addressSet, parsePorts, portSet, unionOf, type AddressRange, type ResolvedScope } from "../scope/index.ts";
import type { Listener } from "../sensing/listeners/index.ts";
import type { Db } from "../platform/storage/index.ts";
import type { StoredSweep } from "../watching/sweeps/index.ts";

/** A finding as the surfaces show it. */
export function findingView(finding: Finding): FindingView {
  const { subject, during } = finding;
  const next = nextStepOf(finding);
  return {
    id: finding.id,
    fingerprint: finding.fingerprint,
    kind: finding.kind,
    vantage: finding.vantage,
    subject: storedSubject(subject),
    summary: finding.summary,
    severity: SEVERITY[finding.kind],
    status: finding.status,
    ...episodeView(finding),
    lastSeenAt: formatInstant(finding.lastSeenAt),
    episodes: episodesOf(finding).map(episodeView),
    exposureSeconds: exposureOf(finding) / 1_000,
    ...(next === undefined ? {} : { next }),
    ...(during === undefined
      ? {}
      : {
          gap: {
            ...(during.from === undefined ? {} : { from: formatInstant(during.from) }),
            ...(during.to === undefined ? {} : { to: formatInstant(during.to) }),
          },
        }),
  };
}

function episodeView({ openedAt, lastSeenAt, resolvedAt, resolution, outOfScope }: Episode) {
  return {
    openedAt: formatInstant(openedAt),
    ...(lastSeenAt === undefined ? {} : { lastSeenAt: formatInstant(lastSeenAt) }),
    ...(resolvedAt === undefined ? {} : { resolvedAt: formatInstant(resolvedAt) }),
    ...(resolution === undefined ? {} : { resolution }),
    ...(outOfScope === undefined ? {} : { outOfScope: { ...outOfScope, at: formatInstant(outOfScope.at) } }),
  };
}

/** The process behind a listener, as far as this user may know it. */
export function listenerView({ process, pid, user, executable, unit, container, bind }: Listener): ListenerView {
  return {
    ...(process === undefined ? {} : { process }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined ? {} : { user }),
    ...(executable === undefined ? {} : { executable }),
    ...(unit === undefined ? {} : { unit }),
    ...(container === undefined ? {} : { container }),
    bind,
  };
}

export function listeningView(listener: Listener): ListeningView {
  const { transport, address, port } = listener;
  return { transport, address, port, ...listenerView(listener) };
}

/** An identified service, as the surfaces show it. */
export function identifiedView(identity: ServiceIdentity): IdentifiedView {
  const { tls, product, version, distribution, access, ...rest } = identity;
  return {
    ...rest,
    ...(product === undefined ? {} : { product }),
    ...(version === undefined ? {} : { version }),
    ...(distribution === undefined ? {} : { distribution }),
    ...(access === undefined ? {} : { access }),
    ...(tls === undefined ? {} : { tls: tlsView(tls) }),
  };
}

function tlsView(tls: TlsFacts): NonNullable<IdentifiedView["tls"]> {
  return {
    versions: [...tls.versions],
    undecided: [...tls.undecided],
    suites: [...tls.suites],
    weakSuites: [...tls.weakSuites],
    ...(tls.alpn === undefined ? {} : { alpn: tls.alpn }),
    certificates: tls.certificates.map(({ keyBits, names, notBefore, notAfter, ...certificate }) => ({
      ...certificate,
      names: [...names],
      notBefore: formatInstant(notBefore),
      notAfter: formatInstant(notAfter),
      ...(keyBits === undefined ? {} : { keyBits }),
    })),
  };
}

export function sweepSummary(sweep: StoredSweep): SweepSummary {
  return {
    id: sweep.id,
    kind: sweep.kind,
    vantage: sweep.vantage,
    engine: sweep.engine,
    planned: sweep.planned,
    startedAt: formatInstant(sweep.startedAt),
    ...(sweep.endedAt === undefined ? {} : { endedAt: formatInstant(sweep.endedAt) }),
    ...(sweep.verdict === undefined ? {} : { verdict: sweep.verdict }),
    ...(sweep.reason === undefined ? {} : { reason: sweep.reason }),
    ...(sweep.counts === undefined ? {} : { counts: { ...sweep.counts } }),
    ...(sweep.recall === undefined ? {} : { recall: sweep.recall }),
    ...(sweep.engineReport === undefined ? {} : { engineReport: sweep.engineReport }),
  };
}

/**
 * The views of the history: each asset with the addresses it had then, its ports and its staleness limit.
 * `addressesThen` has the recorded addresses of hostnames and of this machine.
 */
export function assetViews(scope: Scope, addressesThen: ReadonlyMap<string, readonly AddressRange[]>): AssetView[] {
  const types = new Map(scope.systemTypes.map((type) => [type.name, { ...type, ports: parsePorts(type.ports) }]));
  return scope.assets.flatMap((asset) => {
    const type = types.get(asset.systemType);
    if (type === undefined) return [];
    return [
      {
        subject: { kind: "asset", name: asset.name },
        addresses: addressSet(addressesThen.get(asset.name) ?? []),
        ports: type.ports,
        staleness: type.staleness,
      },
    ];
  });
}

/** The parts of the targets that belong to no declared asset, as views of their own. */
export function undeclaredViews(resolved: ResolvedScope): AssetView[] {
  const declared = unionOf(resolved.assets.map(({ addresses }) => addresses));
  return resolved.targets.flatMap((target) => {
    const rest = target.addresses.subtract(declared);
    if (rest.ranges.length === 0) return [];
    return [
      {
        subject: { kind: "undeclared", target: target.target.name },
        addresses: rest,
        ports: parsePorts(target.systemType.ports),
        staleness: target.systemType.staleness,
      },
    ];
  });
}

/**
 * The views, extended by the ports that the record holds open there: a port must not be missing from an answer because
 * its system type does not include it.
 */
export async function withPortsHeldOpen(
  db: Db,
  vantage: string,
  at: Instant,
  views: readonly AssetView[],
  knownBy?: Instant,
): Promise<AssetView[]> {
  const addresses = unionOf(views.map((view) => view.addresses));
  const open = await heldOpenAt(db, { vantage, at, addresses, knownBy });
  const viewsOf = viewIndex(views);
  const besides = new Map<AssetView, Endpoint[]>();
  for (const endpoint of open) {
    for (const view of viewsOf(endpoint.address)) {
      if (view.ports.has(endpoint.transport, endpoint.port)) continue;
      const known = besides.get(view);
      if (known === undefined) besides.set(view, [endpoint]);
      else known.push(endpoint);
    }
  }
  return views.map((view) => {
    const held = besides.get(view);
    if (held === undefined) return view;
    const ranges = (wanted: Transport): [number, number][] =>
      held.filter(({ transport }) => transport === wanted).map(({ port }) => [port, port]);
    return { ...view, ports: view.ports.union(portSet({ tcp: ranges("tcp"), udp: ranges("udp") })) };
  });
}

/**
 * The views that contain an address. Views of single addresses are found by a map, the few with ranges one after the
 * other.
 */
function viewIndex(views: readonly AssetView[]): (address: string) => readonly AssetView[] {
  const single = new Map<string, AssetView[]>();
  const ranged: AssetView[] = [];
  for (const view of views) {
    const { ranges } = view.addresses;
    if (ranges.some(({ first, last }) => first !== last)) ranged.push(view);
    else for (const { first } of ranges) single.set(first, [...(single.get(first) ?? []), view]);
  }
  return (address) => [...(single.get(address) ?? []), ...ranged.filter(({ addresses }) => addresses.has(address))];
}

const UNDECLARED = " (undeclared)";

/** The name that a person sees and uses in a query. It is not the identity: an asset may have the same name. */
export function labelOf(subject: ViewSubject): string {
  return subject.kind === "asset" ? subject.name : `${subject.target}${UNDECLARED}`;
}

/** The fields of a result that name its subject; `declared` where the name alone would read as undeclared hosts. */
export function labelled(subject: ViewSubject): { asset: string; declared?: true } {
  const asset = labelOf(subject);
  return subject.kind === "asset" && asset.endsWith(UNDECLARED) ? { asset, declared: true } : { asset };
}

/** The subjects that a person means by a name: the declared asset of that name, or else those with that label. */
export function named<Viewed extends { readonly subject: ViewSubject }>(
  all: readonly Viewed[],
  name: string,
): Viewed[] {
  const declared = all.filter(({ subject }) => subject.kind === "asset" && subject.name === name);
  return declared.length > 0 ? declared : all.filter(({ subject }) => labelOf(subject) === name);
}

/** The views of a scope as resolved now. */
export function viewsNow(resolved: ResolvedScope): AssetView[] {
  const ranges = new Map(resolved.assets.map(({ asset, addresses }) => [asset.name, addresses.ranges] as const));
  return [...assetViews(resolved.scope, ranges), ...undeclaredViews(resolved)];
}
