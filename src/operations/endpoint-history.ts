import type { EndpointHistoryResult, Operations } from "../contract/index.ts";
import { createAuthorizer, readVersions, type ApprovedBaseline } from "../judgement/baseline/index.ts";
import { findingsAbout } from "../judgement/findings/index.ts";
import { Fault, formatInstant, type Clock, type Endpoint, type Period } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { recordedUntil } from "../record/change/index.ts";
import { gapsIn, lifeOf, sightingsOf, timeIn } from "../record/history/index.ts";
import { addressSet, portSet, scopesDuring } from "../scope/index.ts";
import { boundPart } from "./bound-since.ts";
import { decisionView } from "./baseline-views.ts";
import { addressesOfHost } from "./host-named.ts";
import { prunedPart } from "./pruned-part.ts";
import { readThen, refuseFuture } from "./scope-then.ts";
import { viewsDuring, type ViewsDuring } from "./views-during.ts";
import { identifiedView } from "./views.ts";

type Asked = Parameters<Operations["history"]["endpoint"]>[0];
type Life = EndpointHistoryResult["endpoints"][number];

/** The whole life of an endpoint: its states, who was allowed to open it by what decision, and its findings. */
export async function endpointHistory(db: Db, clock: Clock, query: Asked): Promise<EndpointHistoryResult> {
  const now = clock.now();
  const { host, transport, port } = query;
  const to = query.to ?? now;
  const period = { from: query.from ?? (await scopesDuring(db, { from: 0, to }))[0]?.recordedAt ?? to, to };
  refuseFuture([period.from, period.to], now);
  if (query.from !== undefined && period.from >= to) {
    throw new Fault("config-invalid", "The period ends before it begins.", {
      next: "Give a --from that is earlier than --to.",
    });
  }
  const addresses = await addressesOfHost(db, host, to);
  const { vantage, parts } = await viewsDuring(db, period, query.vantage);
  const endpoints: Life[] = [];
  for (let index = 0; index < addresses.size; index += 1) {
    const endpoint = { address: addresses.at(index), transport, port };
    endpoints.push(await lifeIn(db, { endpoint, vantage, period, parts }));
  }
  const recorded = await recordedUntil(db);
  return {
    schema: "portolan.endpoint-history/1",
    host,
    transport,
    port,
    vantage,
    from: formatInstant(period.from),
    to: formatInstant(to),
    ...(await prunedPart(db, period.from)),
    ...(recorded === undefined ? {} : { recordedUntil: formatInstant(recorded) }),
    answeredAt: formatInstant(now),
    ...(await boundPart(db, period.from)),
    endpoints,
  };
}

interface Wanted {
  readonly endpoint: Endpoint;
  readonly vantage: string;
  readonly period: Period;
  readonly parts: readonly ViewsDuring[];
}

async function lifeIn(db: Db, wanted: Wanted): Promise<Life> {
  const { endpoint, vantage, period } = wanted;
  const { sightings, services } = await sightingsOf(db, { endpoint, vantage, until: period.to });
  const states = lifeOf(period, sightings, await unknownTime(db, wanted));
  const findings = await findingsAbout(db, endpoint);
  const { views } = await readThen(db, period.to, { vantage });
  const owner = views.find(({ addresses }) => addresses.has(endpoint.address))?.subject;
  return {
    address: endpoint.address,
    ...(owner?.kind === "asset" ? { asset: owner.name } : {}),
    states: states.map(({ from, to, state, sweepId }) => ({
      from: formatInstant(from),
      to: formatInstant(to),
      state,
      ...(sweepId === undefined ? {} : { sweep: sweepId }),
    })),
    services: services
      .filter(({ to }) => to === undefined || to > period.from)
      .map(({ from, to, identity }) => ({
        from: formatInstant(from),
        ...(to === undefined ? {} : { to: formatInstant(to) }),
        ...(identity === undefined ? {} : { identified: identifiedView(identity) }),
      })),
    openSeconds: timeIn("open", states) / 1_000,
    unknownSeconds: timeIn("unknown", states) / 1_000,
    authorizations: await authorizationsOf(db, wanted),
    findings: findings
      .filter(({ vantage: of }) => of === vantage)
      .map(({ id, kind, status, openedAt, earlier, summary }) => ({
        id,
        kind,
        status,
        openedAt: formatInstant(earlier?.[0]?.openedAt ?? openedAt),
        summary,
      })),
  };
}

/** Time in which the endpoint was in scope and not scanned in time, or not in scope at all. */
async function unknownTime(db: Db, { endpoint, vantage, period, parts }: Wanted): Promise<Period[]> {
  const { address, transport, port } = endpoint;
  const only = addressSet([{ first: address, last: address }]);
  const ports = portSet({ tcp: [], udp: [], [transport]: [[port, port]] });
  const gaps: Period[] = [];
  let known = period.from;
  for (const { from, to, views } of parts) {
    const view = views.find(({ addresses }) => addresses.has(address));
    if (from > known) gaps.push({ from: known, to: from });
    known = to;
    if (view === undefined) gaps.push({ from, to });
    else
      for (const each of await gapsIn(db, { from, to, vantage, assets: [{ ...view, addresses: only, ports }] }))
        gaps.push(...each.gaps);
  }
  if (known < period.to) gaps.push({ from: known, to: period.to });
  return gaps;
}

/** What each version of the port baseline that was in force during the period decided about the endpoint. */
async function authorizationsOf(db: Db, wanted: Wanted): Promise<Life["authorizations"]> {
  const { period } = wanted;
  const versions = (await readVersions(db, { at: period.to })).toReversed();
  const decided: Life["authorizations"] = [];
  for (const [index, version] of versions.entries()) {
    const from = Math.max(period.from, version.approvedAt);
    const to = Math.min(period.to, versions[index + 1]?.approvedAt ?? period.to);
    if (from < to) decided.push(await authorizationBy(db, version, wanted, { from, to }));
  }
  return decided;
}

async function authorizationBy(
  db: Db,
  version: ApprovedBaseline,
  { endpoint, vantage }: Wanted,
  { from, to }: Period,
): Promise<Life["authorizations"][number]> {
  const { address, transport, port } = endpoint;
  const { resolved } = await readThen(db, to - 1, { vantage });
  const target = resolved?.targets.find(({ addresses }) => addresses.has(address))?.target;
  const asset = resolved?.assets.find(({ addresses }) => addresses.has(address))?.asset;
  const authorizer = createAuthorizer(version.authorizedPorts, {
    now: from,
    vantage,
    ...(resolved === undefined ? {} : { viewpoint: resolved.viewpoint }),
  });
  const found = target === undefined ? undefined : authorizer.on({ address, asset, target }).of(transport, port);
  const by = found === undefined || found.kind === "none" ? undefined : found.by;
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    version: version.version,
    outcome: found?.kind ?? "none",
    ...(by === undefined ? {} : { owner: by.owner, justification: by.justification }),
    ...decisionView(version),
  };
}
