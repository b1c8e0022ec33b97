import canonicalize from "canonicalize";
import type { BundleRequest, ExportedBundle } from "../contract/index.ts";
import { readVersions } from "../judgement/baseline/index.ts";
import { Fault, formatInstant, type Duration, type Scope } from "../model/index.ts";
import {
  boundsOf,
  pageSources,
  tarMembers,
  writeBundle,
  type Bounds,
  type BundleDocuments,
} from "../record/bundle/index.ts";
import { pendingLooks } from "../record/history/index.ts";
import { assetAddressChanges, scopesDuring } from "../scope/index.ts";
import { policyTextOf } from "./attestation-config.ts";
import { sealAndSign } from "./checkpoints.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { longestStaleness, refuseFuture } from "./scope-then.ts";

/** The files in the archive of a bundle, one after the other. */
export const bundleFiles = tarMembers;

/** Writes the evidence of a period, as of the first checkpoint over all that was recorded in it. */
export function createBundleExport({
  store,
  clock,
  key,
  home,
  version = "unknown",
  attestation,
}: Pick<OperationDeps, "store" | "clock" | "key" | "home" | "version" | "attestation">) {
  const { db } = store;
  return async (request: BundleRequest): Promise<ExportedBundle> => {
    const { from, to, asset: assets, redactBanners = false } = request;
    refuseFuture([from, to], clock.now());
    if (to <= from) {
      throw new Fault("config-invalid", "The period ends before it begins.", {
        place: "from",
        next: "Give a --from that is earlier than --to.",
      });
    }
    // Later versions change nothing: the same period gives the same bytes.
    const scopes = await scopesDuring(db, { from: 0, to });
    const lookback = scopes.reduce((most, { scope }) => Math.max(most, lookbackOf(scope)), 0);
    if ((await pendingLooks(db)).some(({ since }) => since < to)) await sealAndSign({ store, clock, key });
    const bounds = await signedBounds(() => boundsOf(db, { from, to }, lookback));
    const addresses = await assetAddressChanges(db, to);
    const documents: BundleDocuments = {
      scopes: scopes.map((each) => ({ version: each.version, text: canonicalize(each.scope) ?? "" })),
      baselines: (await readVersions(db, {})).map((each) => ({
        version: each.version,
        text: canonicalize(each.authorizedPorts) ?? "",
      })),
      addresses: addresses.map(({ asset, since, ranges }) => ({ asset, since: formatInstant(since), ranges })),
    };
    const only = assets === undefined ? undefined : onlyAssets(assets, documents);
    const page = await pageSources();
    const source = { db, key, home, program: version, page };
    const content = { period: { from, to }, bounds, documents, only, redactBanners, policy: policyTextOf(attestation) };
    return { fileName: fileNameOf(from, to), content: writeBundle(source, content) };
  };

  async function signedBounds(find: () => ReturnType<typeof boundsOf>): Promise<Bounds> {
    let bounds = await find();
    if (bounds === undefined) {
      await sealAndSign({ store, clock, key });
      bounds = await find();
    }
    if (bounds !== undefined && bounds !== "empty") return bounds;
    throw new Fault("not-found", "Nothing had been recorded by the end of this period.", {
      place: "to",
      next: "Give a later --to: portolan status shows since when this record exists.",
    });
  }
}

/** How long before the period a look can still count in it. */
function lookbackOf(scope: Scope): Duration {
  const cadences = (scope.vantagePoints ?? []).map(({ cadence }) => 2 * (cadence ?? 0));
  return Math.max(longestStaleness(scope), ...cadences);
}

function onlyAssets(assets: readonly string[], { addresses, scopes }: BundleDocuments) {
  const declared = new Set(
    scopes.flatMap(({ text }) => (JSON.parse(text) as { assets: { name: string }[] }).assets.map(({ name }) => name)),
  );
  const missing = assets.find((asset) => !declared.has(asset));
  if (missing !== undefined) {
    throw new Fault("not-found", `No asset named ${JSON.stringify(missing)} was ever in scope.`, {
      place: "asset",
      next: `Name one of: ${[...declared].sort().slice(0, 10).join(", ") || "(none was declared)"}.`,
    });
  }
  const ranges = addresses.filter(({ asset }) => assets.includes(asset)).flatMap((each) => each.ranges);
  return { assets: [...new Set(assets)].sort(), ranges };
}

function fileNameOf(from: number, to: number): string {
  const day = (at: number): string => formatInstant(at).slice(0, 16).replaceAll(/[:-]/g, "");
  return `portolan-evidence-${day(from)}Z-${day(to)}Z.tar`;
}
