import { baselineInForce, createAuthorizer } from "../judgement/baseline/index.ts";
import type { ExposureResult, Operations } from "../contract/index.ts";
import { exposureOf, hostSays, type HostSays, type Sight } from "../record/exposure/index.ts";
import { currentStates, type StateView } from "../record/history/index.ts";
import { endpointKey, Fault, formatInstant, type Clock, type Endpoint } from "../model/index.ts";
import { addressSet, canonicalAddress, unionOf, type AddressSet, type ResolvedScope } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { assetIndex } from "../watching/sweeps/index.ts";
import { boundPart } from "./bound-since.ts";
import { socketsAt, type HostSocket } from "./host-sockets.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { exposureIntervals } from "./exposure-intervals.ts";
import { exposureMap } from "./exposure-map.ts";
import { readThen, refuseFuture } from "./scope-then.ts";
import { viewpointsAt, type SeenFrom } from "./viewpoints-at.ts";
import { labelled } from "./views.ts";

/** The most endpoints that an answer lists. The rest are counted. */
const MOST_ENDPOINTS = 1_000;

/** The states seen from one vantage point, in parts that share a staleness limit. */
interface Seen {
  readonly viewpoint: SeenFrom;
  readonly resolved: ResolvedScope | undefined;
  readonly parts: readonly { readonly addresses: AddressSet; readonly states: StateView }[];
}

export function createExposure({
  store: { db },
  clock,
}: Pick<OperationDeps, "store" | "clock">): Operations["exposure"] {
  return {
    get: (query) => exposure(db, clock, query),
    map: (query) => exposureMap(db, clock, query),
    intervals: (query) => exposureIntervals(db, clock, query),
  };
}

/** The state from every vantage point of each endpoint that is open from any of them, or of the requested endpoint. */
async function exposure(
  db: Db,
  clock: Clock,
  query: Parameters<Operations["exposure"]["get"]>[0],
): Promise<ExposureResult> {
  const { at, transport = "tcp", port } = query;
  refuseFuture([at], clock.now());
  const asked = query.address === undefined ? undefined : readAddress(query.address);
  const viewpoints = await viewpointsAt(db, at, (await readThen(db, at, {})).version?.scope);
  const seen = await Promise.all(viewpoints.map((viewpoint) => seenBy(db, at, viewpoint, asked)));
  const baseline = await baselineInForce(db, at);
  const machines = await socketsAt(db, clock, at);

  const endpoints = new Map<string, Endpoint>();
  const consider = (endpoint: Endpoint): void => {
    if (asked !== undefined && endpoint.address !== asked) return;
    if (port !== undefined && (endpoint.port !== port || endpoint.transport !== transport)) return;
    endpoints.set(endpointKey(endpoint), endpoint);
  };
  for (const { parts } of seen) for (const { states } of parts) for (const open of states.open) consider(open.endpoint);
  if (asked !== undefined && port !== undefined) consider({ address: asked, transport, port });
  // The installation itself may scan less than the others do.
  const assetOf = assetIndex(seen.flatMap(({ resolved }) => resolved?.assets ?? []));
  const sorted = [...endpoints.values()].sort((a, b) => endpointKey(a).localeCompare(endpointKey(b)));
  return {
    schema: "portolan.exposure/1",
    at: formatInstant(at),
    ...(await boundPart(db, at)),
    vantagePoints: viewpoints.map(({ name, kind, own, imported }) => ({
      name,
      kind,
      own,
      ...(imported === true ? { imported } : {}),
    })),
    endpoints: sorted.slice(0, MOST_ENDPOINTS).map((endpoint) => {
      const sights = seen.map((each) => sightOf(each, endpoint, baseline?.authorizedPorts, at));
      const host = hostSays(endpoint, machines.find(({ addresses }) => addresses.has(endpoint.address))?.sockets);
      const { openFrom, wrongFrom, unknownFrom, summary } = exposureOf(sights, host);
      const asset = assetOf(endpoint.address)?.asset.name;
      return {
        ...(asset === undefined ? {} : labelled({ kind: "asset", name: asset })),
        ...endpoint,
        host: hostView(host),
        seen: sights.map(({ lookedAt, ...sight }) => ({
          ...sight,
          ...(lookedAt === undefined ? {} : { lookedAt: formatInstant(lookedAt) }),
        })),
        openFrom: [...openFrom],
        wrongFrom: [...wrongFrom],
        unknownFrom: [...unknownFrom],
        summary,
      };
    }),
    omitted: Math.max(0, sorted.length - MOST_ENDPOINTS),
  };
}

async function seenBy(db: Db, at: number, viewpoint: SeenFrom, asked: string | undefined): Promise<Seen> {
  const { views, resolved } = await readThen(db, at, { vantage: viewpoint.name });
  const parts = await Promise.all(
    [...Map.groupBy(views, ({ staleness }) => staleness)].map(async ([staleness, alike]) => {
      const all = unionOf(alike.map((view) => view.addresses));
      const addresses = asked === undefined ? all : all.intersect(addressSet([{ first: asked, last: asked }]));
      return { addresses, states: await currentStates(db, { vantage: viewpoint.name, addresses, at, staleness }) };
    }),
  );
  return { viewpoint, resolved, parts };
}

function sightOf(
  { viewpoint, resolved, parts }: Seen,
  endpoint: Endpoint,
  authorized: Parameters<typeof createAuthorizer>[0] | undefined,
  now: number,
): Sight {
  const { name: vantage, kind, imported } = viewpoint;
  const part = parts.find(({ addresses }) => addresses.has(endpoint.address));
  const lookedAt = part?.states.lastLookedAt(endpoint);
  const target = resolved?.targets.find(({ addresses }) => addresses.has(endpoint.address))?.target;
  const asset = resolved === undefined ? undefined : assetIndex(resolved.assets)(endpoint.address)?.asset;
  const traits = target ?? asset;
  const allowed =
    // What kind of place a file came from is not declared, so the port baseline cannot be applied to it.
    imported === true || authorized === undefined || traits === undefined
      ? undefined
      : createAuthorizer(authorized, { now, vantage, viewpoint })
          .on({ address: endpoint.address, asset, target: traits })
          .of(endpoint.transport, endpoint.port).kind === "authorized";
  return {
    vantage,
    kind,
    state: part?.states.stateOf(endpoint) ?? "unknown",
    ...(lookedAt === undefined ? {} : { lookedAt }),
    ...(allowed === undefined ? {} : { allowed }),
  };
}

function hostView(host: HostSays<HostSocket>): ExposureResult["endpoints"][number]["host"] {
  if (host.says !== "listening") return host;
  return {
    says: "listening",
    listeners: host.sockets.map(({ address, bind, process }) => ({
      address,
      bind,
      ...(process === undefined ? {} : { process }),
    })),
  };
}

function readAddress(text: string): string {
  const address = canonicalAddress(text);
  if (address !== undefined) return address;
  throw new Fault("config-invalid", `${JSON.stringify(text.slice(0, 100))} is not an IP address.`, {
    next: "Give an address, such as 10.0.0.2 or fd00::2; portolan status and portolan at name the addresses of assets.",
  });
}
