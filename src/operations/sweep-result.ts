import { serviceName } from "../judgement/baseline/index.ts";
import type { SweepResult } from "../contract/index.ts";
import { formatInstant } from "../model/index.ts";
import { planFromJson, portsText } from "../sensing/scanner/index.ts";
import type { ResolvedScope } from "../scope/index.ts";
import { listenerFor, listeners } from "../sensing/listeners/index.ts";
import { assetIndex, type RecordedSweep } from "../watching/sweeps/index.ts";
import { findingView, identifiedView, listenerView, sweepSummary } from "./views.ts";

/** A recorded sweep as the surfaces show it, with what this machine knows about the processes behind its own ports. */
export async function toResult(
  recorded: RecordedSweep,
  resolved: ResolvedScope,
  engineNote?: string,
): Promise<SweepResult> {
  const { sweep: stored, outcome } = recorded;
  const assetOf = assetIndex(resolved.assets);
  const listening = await listeners();
  const plan = planFromJson(stored.plan);
  const named = (address: string): { asset?: string } => {
    const asset = assetOf(address)?.asset.name;
    return asset === undefined ? {} : { asset };
  };
  return {
    schema: "portolan.sweep/1",
    sweep: sweepSummary(stored),
    ...(engineNote === undefined ? {} : { engineNote }),
    seed: stored.seed,
    planDigest: stored.planDigest,
    scopeVersion: stored.scopeVersion,
    ...(recorded.baselineVersion === undefined ? {} : { baselineVersion: recorded.baselineVersion }),
    targets: plan.addresses.ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)),
    ports: portsText(plan.blocks),
    open: [...outcome.open.values()].flat().map((endpoint) => {
      const identity = recorded.serviceOf(endpoint);
      const service = serviceName(endpoint.transport, endpoint.port);
      const listener = resolved.own.has(endpoint.address) ? listenerFor(endpoint, listening) : undefined;
      return {
        ...named(endpoint.address),
        ...endpoint,
        ...(service === undefined ? {} : { service }),
        ...(identity === undefined ? {} : { identified: identifiedView(identity) }),
        ...(listener === undefined ? {} : listenerView(listener)),
      };
    }),
    hosts: { ...outcome.hosts },
    // Most addresses of a range belong to nobody and are silent; only the silence of a declared asset is news.
    silent: [...outcome.lookedAt]
      .filter((address) => !outcome.answered(address))
      .flatMap((address) => {
        const asset = assetOf(address)?.asset.name;
        return asset === undefined ? [] : [{ asset, address, state: outcome.silence(address) }];
      }),
    ...(recorded.limited.length === 0
      ? {}
      : {
          limited: recorded.limited.map(({ address, unresolved, perSecond }) => ({
            ...named(address),
            address,
            unresolved,
            perSecond: Math.round(perSecond * 10) / 10,
          })),
        }),
    runs: recorded.runs.map(({ probedFrom, probedTo }) => ({
      from: formatInstant(probedFrom),
      to: formatInstant(probedTo),
    })),
    confirmed: recorded.confirmed,
    findings: recorded.open.map(findingView),
    resolved: recorded.resolved.map(findingView),
  };
}
