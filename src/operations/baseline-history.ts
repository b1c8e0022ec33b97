import type { AssetPortsResult, BaselineHistoryResult } from "../contract/index.ts";
import {
  broughtBy,
  createSelects,
  differenceOf,
  readVersions,
  type ApprovedBaseline,
} from "../judgement/baseline/index.ts";
import { formatInstant, inTurns, type Instant } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { formatRange } from "../scope/index.ts";
import { decisionView, noBaseline, portView } from "./baseline-views.ts";
import { noSuchAsset, readThen } from "./scope-then.ts";

/** Every version, latest first, with what it changed. */
export async function baselineHistory(db: Db): Promise<BaselineHistoryResult> {
  const versions = await readVersions(db, {});
  const listed: BaselineHistoryResult["versions"] = [];
  for (const [index, version] of versions.entries()) {
    const before = versions[index + 1]?.authorizedPorts ?? [];
    const { added, removed } = await inTurns(differenceOf(before, version.authorizedPorts));
    listed.push({
      version: version.version,
      digest: version.digest,
      ...decisionView(version),
      authorizedPorts: version.authorizedPorts.length,
      added: added.length,
      removed: removed.length,
    });
  }
  return { schema: "portolan.baseline-history/1", versions: listed };
}

/** The entries whose selector matched one asset at an instant, in the scope and at the addresses of that time. */
export async function assetBaseline(db: Db, name: string, at: Instant): Promise<AssetPortsResult> {
  const versions = await readVersions(db, { at });
  if (!isFilled(versions)) throw noBaseline(at);
  const { resolved, views } = await readThen(db, at, {});
  const asset = resolved?.declared.find((each) => each.asset.name === name);
  if (asset === undefined)
    throw noSuchAsset(
      name,
      views.filter(({ subject }) => subject.kind === "asset"),
    );
  const [version] = versions;
  // Before the first sweep, the record knows no addresses but those that the scope declares.
  const recorded = resolved?.assets.find((each) => each.asset.name === name)?.addresses;
  const addresses = recorded === undefined || recorded.size === 0 ? asset.addresses : recorded;
  const matching = version.authorizedPorts.filter(({ selector }) =>
    createSelects(selector)({ ...asset.asset, addresses }),
  );
  const bringing = broughtBy(versions);
  return {
    schema: "portolan.baseline-asset/1",
    asset: name,
    at: formatInstant(at),
    version: version.version,
    addresses: addresses.ranges.map(formatRange),
    ports: matching.map((port) => {
      const since = bringing(port);
      return {
        ...portView(port),
        ended: port.expires !== undefined && port.expires <= at,
        since: { version: since.version, ...decisionView(since) },
      };
    }),
  };
}

function isFilled(
  versions: readonly ApprovedBaseline[],
): versions is readonly [ApprovedBaseline, ...ApprovedBaseline[]] {
  return versions.length > 0;
}
